#include "call.hpp"

#include "random.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

TEST(Reference, SurvivesTheRoundTripThroughText) {
    const Reference reference{"0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11", 12};

    const auto parsed = parse_reference(to_string(reference));

    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->call_id, reference.call_id);
    EXPECT_EQ(parsed->placement, 12u);
}

TEST(Reference, IsRefusedWhenItIsNotOne) {
    for (const char* text : {"", ".", "x", "x.", ".1", "x.y", "x.1z", "x.99999999999", "x.-1"}) {
        EXPECT_FALSE(parse_reference(text).has_value()) << text;
    }
}

TEST(CallStatus, HasTheNamesOfTheSeedAndNoOthers) {
    for (const char* name :
         {"PENDING", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELED", "EXPIRED"}) {
        const auto status = call_status_named(name);
        ASSERT_TRUE(status.has_value()) << name;
        EXPECT_EQ(name_of(*status), name);
    }
    EXPECT_FALSE(call_status_named("pending").has_value());
    EXPECT_FALSE(call_status_named("").has_value());
}

TEST(CallStatus, IsTerminalExactlyWhenNothingCanFollow) {
    EXPECT_FALSE(is_terminal(CallStatus::kPending));
    EXPECT_FALSE(is_terminal(CallStatus::kInProgress));
    EXPECT_TRUE(is_terminal(CallStatus::kCompleted));
    EXPECT_TRUE(is_terminal(CallStatus::kFailed));
    EXPECT_TRUE(is_terminal(CallStatus::kCanceled));
    EXPECT_TRUE(is_terminal(CallStatus::kExpired));
}

TEST(CallId, SortsByTheTimeOfMakingAndIsAUuidOfVersionSeven) {
    SeededRandom random(1);

    const std::string earlier = make_uuid_v7(1'700'000'000'000, random);
    const std::string later = make_uuid_v7(1'700'000'000'001, random);

    EXPECT_LT(earlier, later);
    EXPECT_TRUE(is_uuid(earlier)) << earlier;
    EXPECT_EQ(earlier[14], '7');
    EXPECT_NE(std::string("89ab").find(earlier[19]), std::string::npos) << earlier;
}

TEST(CallId, IsNotAUuidWithAWrongDigitDashOrLength) {
    EXPECT_FALSE(is_uuid("0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d1"));
    EXPECT_FALSE(is_uuid("0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11 "));
    EXPECT_FALSE(is_uuid("0192f0c1-7d3e-7b21-9a55-0f6f0c6b8dG1"));
    EXPECT_FALSE(is_uuid("0192f0c107d3e-7b21-9a55-0f6f0c6b8d11"));
}

}  // namespace
}  // namespace ebra
