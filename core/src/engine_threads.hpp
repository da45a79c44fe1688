/// @file
/// Starting and stopping an engine's threads, in order. See ARCHITECTURE.md, "Threads".
#pragma once

#include "engine_parts.hpp"

namespace ebra {

/// Takes the lease, then starts every thread this role has. Blocks on the store.
Status start_threads(Engine::Parts& parts);

/// See Engine::drain().
void drain_starts(Engine::Parts& parts, std::int64_t deadline_ms);

/// See Engine::stop().
void stop_threads(Engine::Parts& parts, std::int64_t deadline_ms);

}  // namespace ebra
