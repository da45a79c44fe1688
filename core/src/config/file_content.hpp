/// @file
/// Files into memory, never more than a limit, and secrets only from files that keep them. Blocks.
#pragma once

#include "ebra/result.hpp"

#include <cstddef>
#include <string>

namespace ebra::config {

/// A config file or `.env` is far smaller; more is a mistake such as a log or a device.
constexpr std::size_t kConfigBytesMax = 1'048'576;
/// Keys are short; a PEM file fits.
constexpr std::size_t kSecretBytesMax = 65'536;

/// What a file holds. kNotFound when there is none; otherwise the message says what to do.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

/// The first line of a file that nobody but its owner and group may read, and only the owner write.
Result<std::string> read_secret(const std::string& path);

}  // namespace ebra::config
