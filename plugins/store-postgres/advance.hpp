/// @file
/// Advance: the steps of a batch, one by one, on its loaded rows: resolve what a step speaks of,
/// ask the rules what follows, change the rows. Nothing here talks to the database but a look into
/// the history.
#pragma once

#include "batch.hpp"
#include "results.hpp"

namespace ebra::postgres {

/// False for a step that no database can hold (NUL, bytes that are not UTF-8, names too long).
bool is_storable(const StepRecord& step);

/// Carries out one step of a loaded batch.
ItemResult advance(Batch& batch, const StepRecord& step);

}  // namespace ebra::postgres
