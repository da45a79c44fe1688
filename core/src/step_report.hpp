/// @file
/// One log line and the counters for every step the store has committed. Called after the commit.
#pragma once

#include "ebra/metrics.hpp"
#include "plugin/store.hpp"

namespace ebra {

void report_step(const Step& step, const ItemResult& item, Metrics& metrics);

}  // namespace ebra
