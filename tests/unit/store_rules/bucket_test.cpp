// Grants in any window w are at most burst + rate * w, whatever the order of the claims.
#include "bucket.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace ebra::rules {
namespace {

LimitRecord full_bucket(std::int64_t grants_per_1000s, std::int64_t burst) {
    LimitRecord limit;
    limit.grants_per_1000s = grants_per_1000s;
    limit.burst = burst;
    limit.level_micro = burst * kTokenMicro;
    return limit;
}

TEST(Bucket, NeverGrantsMoreThanItsWindowAllows) {
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        LimitRecord limit = full_bucket(1 + random() % 20'000, 1 + random() % 10);
        std::vector<std::int64_t> grants;
        ebra_time_ms now = 1000;
        for (int i = 0; i < 500; ++i) {
            now += random() % 300;
            // Nodes measure the clock a little apart.
            const ebra_time_ms seen = now - static_cast<ebra_time_ms>(random() % 50);
            if (level_at(limit, seen) < kTokenMicro) continue;
            take_token(limit, seen);
            grants.push_back(seen);
        }
        std::sort(grants.begin(), grants.end());
        for (std::size_t first = 0; first < grants.size(); ++first) {
            for (std::size_t last = first; last < grants.size(); ++last) {
                const std::int64_t window = grants[last] - grants[first];
                const auto granted = static_cast<std::int64_t>(last - first + 1);
                ASSERT_LE(granted * kTokenMicro,
                          limit.burst * kTokenMicro + limit.grants_per_1000s * window);
            }
        }
    }
}

TEST(Bucket, SaysWhenTheNextTokenComes) {
    LimitRecord limit = full_bucket(2000, 1);  // Two a second.

    take_token(limit, 0);

    EXPECT_EQ(next_token_at(limit, 0), 500);
    EXPECT_LT(level_at(limit, 499), kTokenMicro);
    EXPECT_GE(level_at(limit, 500), kTokenMicro);
}

TEST(Bucket, HoldsNoMoreThanItsBurstAfterALongTime) {
    const LimitRecord limit = full_bucket(kGrantsPer1000sMax, 3);

    EXPECT_EQ(level_at(limit, 4'000'000'000'000), 3 * kTokenMicro);
}

}  // namespace
}  // namespace ebra::rules
