/// @file
/// Report: what the suite says while it runs: a line per case, how to replay a failure, and counts
/// at the end. Text for people or JSON lines for programs, on standard output. One thread.
#pragma once

#include "runner.hpp"

#include <array>
#include <string>
#include <vector>

namespace ebra::conformance {

class Report {
 public:
    /// `program` is how this program was started: it begins the replay commands.
    Report(bool is_json, const Examinee& examinee, std::string program);

    /// Says how a case went.
    void add(const Case& one, const CaseResult& result);
    /// Says the counts.
    void end() const;

    bool has_failures() const;
    bool has_only_skipped() const;

 private:
    /// The one command that runs this case again with the same seed.
    std::string replay(const Case& one) const;

    const bool is_json_;
    const Examinee examinee_;
    const std::string program_;
    std::array<int, 5> counts_{};
};

}  // namespace ebra::conformance
