/// @file
/// StoreFace of the conformance suite for store-postgres, linked in instead of loaded, and a host
/// with the machine's clocks. Where the server is comes from the environment or the command line.
#pragma once

#include "conformance/store_face.hpp"

#include <string>

namespace ebra::postgres::test {

/// A host with the machine's monotonic clock; what is logged is dropped.
const ebra_host* machine_host();

/// Where a private server is.
struct Server {
    std::string host;
    std::string port;
    std::string database = "postgres";

    /// The server that server.sh has started and told `file` about. Throws std::runtime_error.
    static Server of_file(const std::string& file);
    /// Options for a store there, whose connections are named after the schema; `more` begins with
    /// a comma or is empty.
    std::string options(const std::string& schema, const std::string& more = "") const;
    std::string connection_string() const;
};

/// A name no other test has.
std::string unique_schema();

class StoreFace : public conformance::StoreFace {
 public:
    explicit StoreFace(const std::string& options);
};

}  // namespace ebra::postgres::test
