/// @file
/// Verdict: holds the dials of a ledger against the promises. A call is in flight from its dial
/// until just before its end; at one instant, ends count before dials. A call whose end nobody
/// knows is in flight at the instant of its dial and not proven to be later. Pure functions.
#pragma once

#include "ledger.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ebra::ledger {

struct Limits {
    std::optional<std::int64_t> cap =
        std::nullopt;  ///< Calls in flight at most, over all providers.
    std::map<std::string, std::int64_t> by_provider = {};
};

struct Violation {
    std::string rule;                ///< "cap", "provider_cap", "number", "reference"
    std::string text;                ///< What happened.
    std::vector<std::string> lines;  ///< "file:line" of the dials concerned.
};

struct Verdict {
    std::size_t dials = 0;
    std::size_t numbers = 0;
    std::size_t open_ends = 0;  ///< Dials whose end nobody knows.
    std::int64_t max_in_flight = 0;
    std::map<std::string, std::int64_t> max_by_provider;
    std::map<std::string, std::size_t> dials_by_provider;
    /// From the first dial to the last, of the latest boot's; in seconds.
    double span_sec = 0;
    double mean_in_flight = 0;      ///< Over that time.
    std::optional<double> cap_use;  ///< mean_in_flight / cap.
    std::size_t violations_total = 0;
    std::vector<Violation> violations;  ///< The first kViolationsShownMax of them.
};

inline constexpr std::size_t kViolationsShownMax = 100;

Verdict judge(const Ledger& ledger, const Limits& limits);

}  // namespace ebra::ledger
