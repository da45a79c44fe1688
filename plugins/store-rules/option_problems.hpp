/// @file
/// What is wrong with a plugin's options, and how it is told: all of it to check-config, the first
/// to create. Pure.
#pragma once

#include "ebra/abi/plugin.h"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::rules {

struct Problem {
    std::string pointer;
    std::string text;
    std::string nearest;
};

/// The one of `names` that `unknown` was perhaps meant to be, or empty.
std::string nearest_name(std::string_view unknown, const std::vector<std::string_view>& names);

/// A key as a JSON pointer's token.
std::string pointer_to(std::string_view key);

/// Throws StoreError (EBRA_INVALID_ARGUMENT) with the first problem, if there is one.
void require_none(const std::vector<Problem>& problems, const std::string& plugin);

/// Puts every problem; EBRA_OK when there is none.
ebra_status put_problems(const std::vector<Problem>& problems, const ebra_config_sink& sink);

}  // namespace ebra::rules
