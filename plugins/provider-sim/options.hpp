/// @file
/// Options of provider-sim: the JSON object of the configuration, checked and turned into values.
/// README.md of this folder says what each does.
#pragma once

#include "ebra/abi/plugin.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ebra::sim {

/// A length of time, drawn evenly from [min_ms, max_ms].
struct Span {
    std::int64_t min_ms = 0;
    std::int64_t max_ms = 0;
};

/// How the simulator answers when it is asked about a call.
enum class QueryMode { kAbsent, kExact, kLagging, kCannotSay };

struct Options {
    std::string ledger;  ///< Empty = none is kept.
    std::uint64_t seed = 1;
    bool auto_callback = false;
    std::int64_t callback_delay_ms = 1'000;
    std::string callback_secret;  ///< Empty = webhooks are not signed.
    Span ring_ms{200, 200};
    Span talk_ms{800, 800};
    Span answer_ms{0, 0};
    QueryMode query = QueryMode::kAbsent;
    std::int64_t query_lag_ms = 3'000;
    std::int64_t capacity = 0;  ///< Calls in flight at most in this instance; 0 = no limit.
    std::int64_t retry_after_ms = 1'000;

    // What becomes of a start, in percent of starts; one draw, so the sum is at most 100.
    double refuse_transient = 0;
    double refuse_permanent = 0;
    double no_capacity = 0;
    double lost_answer = 0;

    // How a call that was dialed ends, in percent; one draw.
    double fail = 0;
    double busy = 0;
    double no_answer = 0;

    // What goes wrong with the webhook of a call, in percent; one draw.
    double webhook_early = 0;
    double webhook_duplicate = 0;
    double webhook_reordered = 0;
    double webhook_late = 0;
    double webhook_missing = 0;
    std::int64_t webhook_late_ms = 5'000;
};

/// The options are not usable; the message says what to change.
class BadOptions : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The options in `json`. Throws BadOptions with the first problem.
Options parse_options(std::string_view json);

/// Puts every problem of `json`; EBRA_OK when there is none. Opens nothing.
ebra_status check_options(std::string_view json, const ebra_config_sink& problems);

}  // namespace ebra::sim
