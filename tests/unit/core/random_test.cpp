#include "random.hpp"

#include <gtest/gtest.h>
#include <set>

namespace ebra {
namespace {

/// Always the same number.
class FixedRandom final : public Random {
 public:
    explicit FixedRandom(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
    std::uint64_t next() override { return numbers_[at_++ % numbers_.size()]; }

 private:
    std::vector<std::uint64_t> numbers_;
    std::size_t at_ = 0;
};

TEST(RandomTest, GivesTheSameNumbersForTheSameSeed) {
    SeededRandom one(42);
    SeededRandom same(42);
    SeededRandom other(43);

    EXPECT_EQ(one.next(), same.next());
    EXPECT_NE(one.next(), other.next());
}

TEST(RandomTest, StaysBelowTheBound) {
    SeededRandom random(1);
    for (int n = 0; n < 10'000; ++n) ASSERT_LT(random.below(7), 7u);
}

TEST(RandomTest, NeverMakesAClaimTokenOfZero) {
    FixedRandom random({0, 5});

    EXPECT_NE(random.token(), 0u);
}

TEST(RandomTest, MakesIdsThatAreUuidsOfVersionSevenAndSortByTime) {
    SeededRandom random(1);
    const std::string early = make_uuid_v7(1'700'000'000'000, random);
    const std::string late = make_uuid_v7(1'700'000'000'001, random);

    EXPECT_TRUE(is_uuid(early));
    EXPECT_EQ(early[14], '7');
    EXPECT_NE(std::string("89ab").find(early[19]), std::string::npos);
    EXPECT_LT(early, late);
}

TEST(RandomTest, MakesManyIdsInOneMillisecondWithoutARepetition) {
    SystemRandom random;
    std::set<std::string> ids;
    for (int n = 0; n < 10'000; ++n) ids.insert(make_uuid_v7(1'700'000'000'000, random));

    EXPECT_EQ(ids.size(), 10'000u);
}

TEST(RandomTest, TellsAUuidFromOtherTexts) {
    EXPECT_FALSE(is_uuid(""));
    EXPECT_FALSE(is_uuid("sim-1700000000000-1"));
    EXPECT_FALSE(is_uuid("0192F0C1-7D3E-7B21-9A55-0F6F0C6B8D11"));
    EXPECT_FALSE(is_uuid("0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d1"));
    EXPECT_TRUE(is_uuid("0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11"));
}

}  // namespace
}  // namespace ebra
