/// @file
/// FakeProvider: a provider that answers questions and orders with what a test wrote down, inline,
/// and remembers what it was asked. Starts are the dialer test's own business. One thread.
#pragma once

#include "operations.hpp"

#include "ebra/plugin.hpp"

#include <string>
#include <vector>

namespace ebra::testing {

struct FakeProvider {
    explicit FakeProvider(Operations& completes_into);

    /// The table for capabilities that include querying and canceling.
    static const ebra_provider* table();

    Operations& operations;
    std::uint64_t capabilities = EBRA_PROVIDER_QUERY | EBRA_PROVIDER_CANCEL;
    std::int64_t visibility_delay_ms = 0;
    ebra_status taken = EBRA_OK;
    bool answers = true;
    ebra_op_result answer = plugin::sized<ebra_op_result>();
    ebra_op last_op = 0;
    std::vector<std::string> started;  ///< References.
    std::vector<std::string> queried;
    std::vector<std::string> canceled;

    ebra_status finish(ebra_op op);
};

}  // namespace ebra::testing
