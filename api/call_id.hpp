/// @file
/// What an id of a call looks like. A pure function, any thread: a text that cannot be an id is
/// answered 404 without asking any store.
#pragma once

#include <algorithm>
#include <string_view>

namespace ebra {

/// True for a UUID in lower case, as every id of ours is.
inline bool is_call_id(std::string_view text) {
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(), [](char c, char form) {
        return form == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

}  // namespace ebra
