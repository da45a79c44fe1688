/// @file
/// The ledger's lines. Each is one JSON object; README.md of this folder lists the fields, and
/// tests/ledger reads them with code of its own. Pure functions.
#pragma once

#include "dialed_call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebra::sim {

/// A line as it is read back.
struct LedgerLine {
    bool is_dial = false;  ///< Else an end.
    std::string id;
    std::string reference;
    std::string boot;
    std::int64_t mono_ns = 0;
    std::int64_t wall_ms = 0;
    std::optional<std::int64_t> end_mono_ns;  ///< Of a dial; nothing = not planned.
    std::int64_t talk_ms = 0;
    std::string fate;  ///< Of a dial: see name_of(Ending), or "open". Of an end: "canceled".
};

/// A phone starts to ring. With the newline.
std::string dial_line(const DialedCall& call);

/// A call ends otherwise than planned. With the newline.
std::string end_line(const DialedCall& call, std::int64_t mono_ns, std::int64_t wall_ms,
                     std::string_view why);

/// Nothing when it is neither.
std::optional<LedgerLine> parse_line(std::string_view text);

}  // namespace ebra::sim
