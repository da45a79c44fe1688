/// @file
/// Enqueue: stores new calls as PENDING, each in its place in the line at its number.
#pragma once

#include "results.hpp"
#include "rows.hpp"

namespace ebra::sqlite {

ItemResult enqueue(Transaction& transaction, const ebra_call_spec& spec, ebra_time_ms now);

}  // namespace ebra::sqlite
