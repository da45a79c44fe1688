/// @file
/// Runs one case in a child process with a time-out and says how it went. Called from one thread of
/// a process that has not loaded the plugin itself, so that each child starts clean. The child is
/// the leader of a process group: whatever it leaves behind ends with it.
#pragma once

#include "suite.hpp"

#include <string>

namespace ebra::conformance {

enum class Verdict { kPassed, kFailed, kSkipped, kCrashed, kTimedOut };

/// "PASSED" and so on.
const char* name_of(Verdict verdict);

struct CaseResult {
    Verdict verdict = Verdict::kCrashed;
    std::string message;  ///< Why; empty when it passed.
    std::int64_t took_ms = 0;
};

/// Runs it in this process: for debuggers. A crash or an endless loop is then the program's own.
CaseResult run_here(const Case& one, const Examinee& examinee);

/// Runs it in a child. Blocks for at most the case's time-out and what killing takes.
CaseResult run_in_child(const Case& one, const Examinee& examinee);

}  // namespace ebra::conformance
