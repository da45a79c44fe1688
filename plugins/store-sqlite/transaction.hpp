/// @file
/// Transaction: one write transaction as the verbs see it: the session, the statistics it changes,
/// and what is to be told to others after the commit. Made by the writer; one thread.
#pragma once

#include "lanes.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace ebra::sqlite {

/// Statistics kept as deltas. DO NOT RENUMBER: stored. The first six are EBRA_CALL_* minus one.
enum class Tally : std::size_t { kParked = 6, kKept = 7, kOwed = 8, kContradictions = 9 };
inline constexpr std::size_t kTallyCount = 10;

using Tallies = std::array<std::int64_t, kTallyCount>;

/// The statistics as stored.
Tallies read_tallies(Connection& connection);

class Transaction {
 public:
    explicit Transaction(Session& session) : session_(session) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    Session& session() { return session_; }
    Connection& db() { return session_.connection; }

    void count(Tally tally, std::int64_t delta);
    /// Calls in an EBRA_CALL_* status.
    void count_status(std::int32_t status, std::int64_t delta);
    void count_hold(Hold before, Hold after);
    /// A statistic as this transaction sees it.
    std::int64_t value(Tally tally);

    /// After the commit, those who wait for work are to look.
    void announce_work() { has_work_ = true; }
    /// A claim has looked and left nothing: nobody needs to look at what was announced before.
    void settle_work() { has_work_ = false; }
    bool has_work() const { return has_work_; }

    /// False when no evidence waits for an id to become known.
    bool may_have_kept();
    void note_kept() { may_have_kept_ = true; }

    /// Writes the deltas; the last thing before the commit.
    void write_tallies();

 private:
    Session& session_;
    Tallies deltas_{};
    bool has_work_ = false;
    std::optional<bool> may_have_kept_;
};

}  // namespace ebra::sqlite
