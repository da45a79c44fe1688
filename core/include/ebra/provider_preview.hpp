/// @file
/// What a configured provider would send for a call, to look at before a phone rings. One thread,
/// blocks on loading the plugin. It opens that one provider and no store, and sends nothing.
#pragma once

#include "ebra/config.hpp"
#include "ebra/engine.hpp"
#include "ebra/result.hpp"

#include <string>

namespace ebra {

/// The request that `provider` of `config` would send for the first attempt at `call`, as text with
/// its secrets masked: method and URL, headers, an empty line, the body. The call's id, and with it
/// the seal in its callback URL below `public_url`, are made up, the same each time. kNotFound: the
/// config has no such provider. kUnsupported: its plugin has no request to show. kInvalidArgument:
/// its options are wrong, or the call lacks what the request needs.
Result<std::string> preview_start(const Config& config, const std::string& provider,
                                  const CallRequest& call, const std::string& public_url);

}  // namespace ebra
