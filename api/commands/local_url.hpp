/// @file
/// The address of a listener as URLs: where it listens, and what callbacks go to where no public
/// URL is set. `listen` is "127.0.0.1:3000" and the like, as a Config has checked it. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace ebra::commands {

/// The configured port; 0 = any free one.
std::uint16_t port_of(const std::string& listen);

/// The address as configured, with the port that was bound.
std::string listening_url(const std::string& listen, std::uint16_t port);

/// Where this machine's own programs reach a listener: an address that means "all" is none to call.
std::string local_url(const std::string& listen, std::uint16_t port);

}  // namespace ebra::commands
