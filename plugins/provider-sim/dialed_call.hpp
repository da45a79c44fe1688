/// @file
/// DialedCall: one call the simulator has dialed. Shared by timers, webhooks and the table of live
/// calls; constant once dialed, but for `is_over`.
#pragma once

#include "fate.hpp"

#include "ebra/abi/host.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace ebra::sim {

struct DialedCall {
    std::string id;       ///< Ours, the provider's: sim-<ms>-<n>.
    std::string call_id;  ///< Ebra's.
    std::string reference;
    std::string number;
    std::string provider;  ///< The configured name; "" when not said.
    std::string callback_url;
    Fate fate;
    std::int64_t dialed_ns = 0;  ///< CLOCK_MONOTONIC.
    std::int64_t dialed_wall_ms = 0;
    std::optional<std::int64_t> end_ns;  ///< Nothing: passive, it ends when somebody says so.
    ebra_op op = 0;                      ///< The start's operation.

    /// Set by whoever ends it: its time, or a cancel.
    std::atomic<bool> is_over{false};
};

}  // namespace ebra::sim
