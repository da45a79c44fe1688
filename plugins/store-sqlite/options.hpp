/// @file
/// Options of store-sqlite: the JSON object of the configuration, checked and turned into values.
#pragma once

#include "ebra/abi/plugin.h"

#include <string>
#include <string_view>

namespace ebra::sqlite {

/// How long a write waits for a lock that another process holds, unless configured.
inline constexpr int kBusyTimeoutMs = 5000;
inline constexpr int kBusyTimeoutMsMin = 100;
inline constexpr int kBusyTimeoutMsMax = 60000;

struct Options {
    std::string path;
    bool always_full = true;  ///< Every commit reaches the disk; false: only claims must.
    bool recovers = true;     ///< restored = "quarantine"; false: "stop".
    int busy_timeout_ms = kBusyTimeoutMs;
};

/// The options in `json`. Throws StoreError (EBRA_INVALID_ARGUMENT) with the first problem.
Options parse_options(std::string_view json);

/// Puts every problem of `json`; EBRA_OK when there is none. Opens nothing.
ebra_status check_options(std::string_view json, const ebra_config_sink& problems);

}  // namespace ebra::sqlite
