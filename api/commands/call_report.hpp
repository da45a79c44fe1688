/// @file
/// CallReport: all that is known of one call, for people and for scripts. Pure functions over plain
/// data.
#pragma once

#include "ebra/call.hpp"

#include <string>
#include <vector>

namespace ebra::commands {

struct CallReport {
    Call call;
    Timeline timeline;
    std::vector<WhyNot> why_not_running;
};

/// {"calls": [{"call", "timeline"} ...]} and a newline; both as GET /calls/:id and its timeline
/// give them.
std::string json_of(const std::vector<CallReport>& reports);

/// The same to read.
std::string text_of(const std::vector<CallReport>& reports);

}  // namespace ebra::commands
