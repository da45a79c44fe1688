/// @file
/// Advance: one step of a call's life. Resolve what it speaks of, ask transition.hpp what follows,
/// write it down.
#pragma once

#include "enqueue.hpp"

namespace ebra::sqlite {

ItemResult advance(Transaction& transaction, const StepRecord& step, ebra_time_ms now);

}  // namespace ebra::sqlite
