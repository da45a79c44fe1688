/// @file
/// Fate: what will become of a start, drawn from the seed and the reference alone, so that it is
/// the same in every run, in every process and in any order. Pure functions.
#pragma once

#include "options.hpp"

#include <cstdint>
#include <string_view>

namespace ebra::sim {

enum class StartFate { kPlaced, kRefusedTransient, kRefusedPermanent, kNoCapacity, kLostAnswer };
enum class Ending { kCompleted, kFailed, kBusy, kNoAnswer };
enum class WebhookFault { kNone, kEarly, kDuplicate, kReordered, kLate, kMissing };

struct Fate {
    StartFate start = StartFate::kPlaced;
    Ending ending = Ending::kCompleted;
    WebhookFault webhook = WebhookFault::kNone;
    std::int64_t answer_ms = 0;
    std::int64_t ring_ms = 0;
    std::int64_t talk_ms = 0;  ///< 0 unless it ends as completed.
    std::uint64_t serial = 0;  ///< The <n> of the call's id; below 2^53, so that JSON can hold it.
};

/// The call of a start with an early webhook is this short at most per phase, so that the answer,
/// which waits for it, comes before any sensible start time-out.
inline constexpr std::int64_t kEarlyPhaseMsMax = 100;

Fate draw_fate(const Options& options, std::string_view reference);

/// "completed", "failed", "busy", "no_answer": as the ledger has it.
std::string_view name_of(Ending ending);

/// "COMPLETED", "FAILED", "BUSY", "NO_ANSWER": as the webhook has it.
std::string_view status_of(Ending ending);

}  // namespace ebra::sim
