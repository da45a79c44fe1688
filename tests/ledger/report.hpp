/// @file
/// Report: a verdict in words, and as JSON. Pure functions.
#pragma once

#include "verdict.hpp"

#include <string>

namespace ebra::ledger {

std::string text_report(const Ledger& ledger, const Limits& limits, const Verdict& verdict);
std::string json_report(const Ledger& ledger, const Limits& limits, const Verdict& verdict);

}  // namespace ebra::ledger
