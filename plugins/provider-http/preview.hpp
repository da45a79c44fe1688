/// @file
/// A request as people may see it: its text, and settings that no longer hold a secret to make it
/// from. Masking what goes in, not only what comes out, also hides secrets that are sent encoded.
/// Pure; thread-safe.
#pragma once

#include "settings.hpp"
#include "transfer.hpp"

#include <string>

namespace ebra::provider_http {

/// The same settings with "***" for each secret option, and for each of the user's headers that is
/// long enough to be one. Not for sending.
Settings without_secrets(const Settings& settings);

/// Method and URL, headers, an empty line, the body. Of a header that shows who sends only the
/// scheme, since a token made from a secret is one itself.
std::string text_of(const HttpRequest& request, const AuthRule& auth);

}  // namespace ebra::provider_http
