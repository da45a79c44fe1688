/// @file
/// Makes HTTP requests from a preset's rules: URL, body, headers, authorization. Pure but for the
/// time it is given; thread-safe.
#pragma once

#include "preset.hpp"
#include "settings.hpp"
#include "transfer.hpp"

#include "ebra/abi/base.h"

#include <stdexcept>

namespace ebra::provider_http {

/// Something the request needs has no value, or a value that cannot be sent.
class CannotMake : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The request of `rule` for the call in `scope`. Throws CannotMake.
HttpRequest make_request(const Settings& settings, const RequestRule& rule, const Scope& scope,
                         ebra_time_ms now);

/// `text` with every secret of the settings replaced by "***".
std::string masked(const Settings& settings, std::string text);

}  // namespace ebra::provider_http
