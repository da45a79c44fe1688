/// @file
/// The inbox: evidence for a provider's id that nobody knows yet. Bounded, and forgotten with time.
#pragma once

#include "rows.hpp"

#include <vector>

namespace ebra::sqlite {

/// More than this many wait only when somebody sends rubbish or ids are never learned.
inline constexpr std::int64_t kKeptMax = 10'000;
/// A start's answer comes within minutes; a mapping by hand within a day.
inline constexpr std::int64_t kKeptMs = 24 * 60 * 60 * 1000;

/// EBRA_KEPT; EBRA_ALREADY: the same waits already; EBRA_UNAVAILABLE: the inbox is full.
ebra_status keep(Transaction& transaction, const StepRecord& step, ebra_time_ms now);

/// Takes out what waits for an id, in the order in which it came.
std::vector<StepRecord> take_kept(Transaction& transaction, const std::string& provider,
                                  const std::string& provider_call_id);

}  // namespace ebra::sqlite
