/// @file
/// Ledger: what the independent checker says of a ledger file. Runs the `ebra-ledger` command.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace ebra::integration {

struct LedgerVerdict {
    int exit_code = -1;     ///< 0 = no violation.
    nlohmann::json report;  ///< Its --json output.
    std::string text;
};

/// Checks the ledger against a global cap.
LedgerVerdict check_ledger(const std::filesystem::path& ledger, int cap);

}  // namespace ebra::integration
