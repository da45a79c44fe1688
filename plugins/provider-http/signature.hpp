/// @file
/// Verifies that a webhook comes from the provider: over the raw bytes, in constant time, within
/// the time the scheme allows, under any of the secrets that are valid now. Pure; thread-safe.
#pragma once

#include "settings.hpp"

#include "ebra/abi/provider.h"

namespace ebra::provider_http {

/// Whether `webhook` is signed as the preset's rule says. False without saying why: the sender of a
/// forgery is told nothing.
bool is_signed(const Settings& settings, const ebra_webhook& webhook);

}  // namespace ebra::provider_http
