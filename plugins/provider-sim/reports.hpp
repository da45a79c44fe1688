/// @file
/// Reports: how calls stand and ended, in the words of webhooks and of query answers. Pure
/// functions.
#pragma once

#include "dialed_call.hpp"
#include "ledger_index.hpp"

#include "ebra/abi/provider.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace ebra::sim {

/// The webhook's body, in Ebra's own call-status form. `talk_ms` of talk ended at `end_ns`.
std::string status_body(const DialedCall& call, std::string_view status, std::int64_t end_ns,
                        std::int64_t talk_ms);

/// How a call of the ledger stands at `now_ns`; its texts live as long as `entry`.
ebra_event event_of(const LedgerEntry& entry, std::int64_t now_ns);

/// True when it has ended by `now_ns`.
bool is_over(const LedgerEntry& entry, std::int64_t now_ns);

}  // namespace ebra::sim
