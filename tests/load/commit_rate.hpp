/// @file
/// What a loop of commits can do on a database: the measurement that the yardsticks sqlite-inserts
/// and postgres-inserts share.
#pragma once

#include "message_loop.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

namespace ebra::load {

/// Calls `inserts.commit(batch)` for `seconds`, each after a pause of `pause_ms`. Rows per second,
/// and milliseconds of a commit: mean, median and the 99th percentile. Passes on what commit() throws.
template <typename Inserts>
nlohmann::json commit_rate(Inserts& inserts, int batch, double seconds, int pause_ms) {
    std::vector<double> commits_ms;
    const std::uint64_t from = monotonic_ns();
    double passed = 0;
    while (passed < seconds) {
        pause_for(pause_ms);
        const std::uint64_t before = monotonic_ns();
        inserts.commit(batch);
        const std::uint64_t after = monotonic_ns();
        passed = static_cast<double>(after - from) / 1e9;
        commits_ms.push_back(static_cast<double>(after - before) / 1e6);
    }
    const auto commits = static_cast<double>(commits_ms.size());
    const double sum = std::accumulate(commits_ms.begin(), commits_ms.end(), 0.0);
    std::sort(commits_ms.begin(), commits_ms.end());
    return {{"per_second", commits * batch / passed},
            {"commit_ms", sum / commits},
            {"commit_p50_ms", commits_ms[commits_ms.size() / 2]},
            {"commit_p99_ms", commits_ms[commits_ms.size() * 99 / 100]}};
}

}  // namespace ebra::load
