/// @file
/// Vendors: how each preset is configured in the tests, and what must come of each thing a vendor
/// says. Constant.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace ebra::provider_http::test {

struct Vendor {
    std::string name;
    std::string base_path;  ///< Behind the vendor's part of the fake's URL.
    nlohmann::json options;
    std::string secret_option;                         ///< Empty = webhooks are not signed.
    std::string signing_secret;                        ///< What the fake signs with.
    std::map<std::string, std::int32_t> errors;        ///< The fake's word, EBRA_CLASS_*.
    std::map<std::string, std::int32_t> dispositions;  ///< The fake's outcome, EBRA_DISPOSITION_*.
    bool knows_reference = true;  ///< It comes back in webhooks, not only in the URL.
    bool covers_body = true;
    bool has_time = true;  ///< What is signed says when.
    bool can_query = true;
    bool can_reconcile = false;
    bool reconciles_exactly = false;
    bool can_cancel = true;
    bool says_duration = true;
    bool says_cost = false;
    bool says_recording = false;
    std::string failure_event = "ended";  ///< What ends a call nobody answered.
};

std::ostream& operator<<(std::ostream& out, const Vendor& vendor);

/// All but generic, whose webhooks are Ebra's own.
const std::vector<Vendor>& vendors();

}  // namespace ebra::provider_http::test
