/// @file
/// The further limits of a lane as one text, so that a lane can be found by its meaning. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ebra::rules {

/// "5:first6:second". DO NOT CHANGE: stored.
std::string encode_cap_keys(const std::vector<std::string>& keys);

/// The keys again. Throws StoreError (EBRA_CORRUPT) when the text is damaged.
std::vector<std::string> decode_cap_keys(std::string_view encoded);

}  // namespace ebra::rules
