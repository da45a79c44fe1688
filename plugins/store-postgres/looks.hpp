/// @file
/// Looks: where the claims of one process begin to look for work. As a rule at the beginning. While
/// an old transaction is open, heads and times that are gone cannot be cleaned away, and to walk
/// past them all each time is dear: then most claims begin where the last one found something, and
/// one in a while looks from the beginning. What is kept here is a hint: to be wrong costs time,
/// and what comes to stand before it is found by the next whole look.
#pragma once

#include "array_literal.hpp"

#include "ebra/abi/ebra.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace ebra::postgres {

/// Where a look begins.
struct LookFrom {
    std::string marks = "{}";  ///< A parameter of type waiting[]; "{}": at the first of each lane.
    ebra_time_ms since = 0;    ///< What was due by then is not looked at again.

    bool is_whole() const { return marks == "{}"; }
};

/// The first head of a lane, as a claim found it.
struct FirstHead {
    std::int64_t lane = 0;
    std::int32_t priority = 0;
    ebra_time_ms due_at = 0;
    std::int64_t seq = 0;

    /// As a parameter of type waiting.
    RowLiteral literal() const;
};

/// What a claim's look came to.
struct Seen {
    std::vector<FirstHead> heads;
    std::int64_t walked = 0;    ///< Entries of the indexes it looked along, dead ones too.
    bool is_house_kept = true;  ///< All that was due was taken care of.
    ebra_time_ms now = 0;       ///< The store's time.
};

/// Thread-safe.
class Looks {
 public:
    using Clock = std::chrono::steady_clock;

    explicit Looks(std::function<Clock::time_point()> now = Clock::now) : now_(std::move(now)) {}

    LookFrom next() const;
    /// A claim has looked `from` what `next` gave.
    void took(const LookFrom& from, const Seen& seen);
    /// A look without a claim has found nothing to do.
    void found_nothing(const LookFrom& from);

 private:
    void rest();

    const std::function<Clock::time_point()> now_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, FirstHead> marks_;  ///< By lane; guarded by mutex_, as all below.
    ebra_time_ms since_ = 0;
    std::int64_t walked_ = 0;       ///< By the last whole look of a claim.
    Clock::time_point whole_at_{};  ///< When the next one is due, while they are dear.
};

}  // namespace ebra::postgres
