/// @file
/// Options of store-postgres: the JSON object of the configuration, checked and turned into values.
#pragma once

#include "ebra/abi/plugin.h"

#include <string>
#include <string_view>

namespace ebra::postgres {

struct Options {
    std::string url;  ///< When set, host to dbname are empty.
    std::string host;
    std::string port;
    std::string user;
    std::string password;
    std::string dbname;
    std::string schema = "ebra";
    bool migrates = true;     ///< migrate = "auto"; false: "check".
    bool is_pooled = false;   ///< pooler = "transaction": no state outside a transaction.
    bool notifies = true;     ///< wake_ups = "on"; false: "off", other nodes look by themselves.
    bool quarantines = true;  ///< timeline = "quarantine"; false: "stop".
    int pool_size = 8;        ///< Connections at most, beside one for leases and one that listens.
    int connect_timeout_s = 5;
    int statement_timeout_ms = 10'000;
    int lock_timeout_ms = 5'000;
    int acquire_timeout_ms = 5'000;  ///< How long a call waits for a free connection.
};

/// The options in `json`. Throws StoreError (EBRA_INVALID_ARGUMENT) with the first problem.
Options parse_options(std::string_view json);

/// Puts every problem of `json`; EBRA_OK when there is none. Opens nothing.
ebra_status check_options(std::string_view json, const ebra_config_sink& problems);

/// The options as a connection string of libpq.
std::string connection_string(const Options& options);

/// The name of the schema as SQL writes it.
std::string quoted_schema(const Options& options);

}  // namespace ebra::postgres
