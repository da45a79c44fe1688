/// @file
/// Enqueue: stores new calls as PENDING, each in its place in the line at its number.
#pragma once

#include "rows.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace ebra::sqlite {

/// What became of one item of a batch.
struct ItemResult {
    ebra_status status = EBRA_INTERNAL;
    std::optional<FullCall> call;
};

/// Puts the results, in order.
void put_items(const std::vector<ItemResult>& items, const ebra_item_sink& sink);

ItemResult enqueue(Transaction& transaction, const ebra_call_spec& spec, ebra_time_ms now);

}  // namespace ebra::sqlite
