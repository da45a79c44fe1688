/// @file
/// Settings: the options of one configured provider, checked and joined with its preset. Constant
/// once read; thread-safe.
#pragma once

#include "preset.hpp"
#include "problem.hpp"
#include "transfer_loop.hpp"

#include "ebra/abi/plugin.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http {

struct Settings {
    Preset preset;
    std::string base_url;                        ///< Without a slash at its end.
    std::map<std::string, std::string> values;   ///< The preset's own options; of a list the first.
    std::vector<std::string> webhook_secrets;    ///< All that are valid now.
    std::map<std::string, std::string> headers;  ///< The user's own, sent with each start.
    std::int64_t late_answer_ms = 30'000;        ///< How long an answer still counts as evidence.
    bool believes_unsigned = false;              ///< Unsigned webhooks are taken as hints.
    bool voicemail_is_failure = false;
    LoopSettings loop;
    std::vector<std::string> secrets;  ///< What must never be seen in a message.
};

/// The options in `json` and the preset they name. What is wrong goes to `problems`, with JSON
/// pointers; the settings are only sound when nothing was added. Reads preset files, no network.
Settings read_settings(std::string_view json, std::vector<Problem>& problems);

/// Puts every problem; EBRA_OK when there is none.
ebra_status check_settings(std::string_view json, const ebra_config_sink& sink);

}  // namespace ebra::provider_http
