/// @file
/// What became of one item of a batch.
#pragma once

#include "record.hpp"

#include <optional>
#include <vector>

namespace ebra::postgres {

using namespace rules;

struct ItemResult {
    ebra_status status = EBRA_INTERNAL;
    std::optional<FullCall> call;
};

/// Puts each item, in order.
void put_items(const std::vector<ItemResult>& items, const ebra_item_sink& sink);

}  // namespace ebra::postgres
