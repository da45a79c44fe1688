#include "store_trouble.hpp"

#include "log.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace ebra {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StoreTroubleTest : public ::testing::Test {
 protected:
    /// What is written to standard error while `act` runs.
    template <typename Act>
    std::string said(Act&& act) {
        ::testing::internal::CaptureStderr();
        act();
        return ::testing::internal::GetCapturedStderr();
    }

    static std::ptrdiff_t lines(const std::string& text) {
        return std::count(text.begin(), text.end(), '\n');
    }

    static Error away(const std::string& details = "a") {
        return Error{ErrorCode::kUnavailable, "the disk is full (" + details + ")"};
    }

    ManualClock clock_{1'000};
    StoreTrouble trouble_{clock_};
};

TEST_F(StoreTroubleTest, SaysAReasonOnceHoweverManyPartsMeetIt) {
    const std::string told = said([&] {
        for (int n = 0; n < 1'000; ++n) {
            trouble_.met("claim_failed", away("file " + std::to_string(n)));
            trouble_.met("batch_not_stored", away());
            clock_.advance_ms(10);
        }
    });

    EXPECT_EQ(lines(told), 1) << told;
    EXPECT_THAT(told, HasSubstr("the disk is full"));
}

TEST_F(StoreTroubleTest, SaysItAgainOnceAMinuteWithHowOftenItWasMet) {
    const std::string told = said([&] {
        trouble_.met("claim_failed", away());
        trouble_.met("claim_failed", away());
        clock_.advance_ms(StoreTrouble::kRepeatMs);
        trouble_.met("claim_failed", away());
    });

    EXPECT_EQ(lines(told), 2) << told;
    EXPECT_THAT(told, HasSubstr("times_since_told=1"));
}

TEST_F(StoreTroubleTest, SaysThatItIsOverAfterACalmMoment) {
    (void)said([&] { trouble_.met("claim_failed", away()); });
    EXPECT_EQ(said([&] { trouble_.passed(); }), "") << "one success among failures is no end";

    clock_.advance_ms(StoreTrouble::kCalmMs);

    EXPECT_THAT(said([&] { trouble_.passed(); }), HasSubstr("store_trouble_over"));
    EXPECT_EQ(said([&] { trouble_.passed(); }), "");
    EXPECT_THAT(said([&] { trouble_.met("claim_failed", away()); }), HasSubstr("full"))
        << "new trouble is told at once";
}

TEST_F(StoreTroubleTest, BoundsWhatAStoreWithEverNewReasonsCanSay) {
    const std::string told = said([&] {
        for (int n = 0; n < 1'000; ++n) {
            trouble_.met("claim_failed", Error{ErrorCode::kInternal, std::to_string(n)});
        }
    });

    EXPECT_EQ(lines(told), StoreTrouble::kLinesMax);
}

}  // namespace
}  // namespace ebra
