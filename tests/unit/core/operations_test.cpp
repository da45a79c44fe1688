#include "operations.hpp"

#include "ebra/plugin.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace ebra {
namespace {

ebra_op_result placed() {
    auto result = plugin::sized<ebra_op_result>();
    result.answer = EBRA_START_PLACED;
    return result;
}

class OperationsTest : public ::testing::Test {
 protected:
    ebra_op begin() {
        return operations_.begin(1'000, [this](std::optional<OperationResult> result) {
            answers_.push_back(result ? result->answer : 0);
        });
    }

    ManualClock clock_{0};
    Operations operations_{clock_};
    std::vector<std::int32_t> answers_;
};

TEST_F(OperationsTest, GiveTheAnswerToTheHandlerOnce) {
    const ebra_op op = begin();

    EXPECT_EQ(operations_.op_done(op, placed()), EBRA_OK);
    EXPECT_EQ(operations_.op_done(op, placed()), EBRA_NOT_FOUND);

    EXPECT_EQ(answers_, std::vector<std::int32_t>{EBRA_START_PLACED});
    EXPECT_EQ(operations_.open(), 0u);
}

TEST_F(OperationsTest, RefuseForgedAndReusedTokens) {
    const ebra_op op = begin();
    EXPECT_EQ(operations_.op_done(0, placed()), EBRA_NOT_FOUND);
    EXPECT_EQ(operations_.op_done(op + 1, placed()), EBRA_NOT_FOUND);
    EXPECT_EQ(operations_.op_done(op, placed()), EBRA_OK);

    const ebra_op second = begin();  // The same slot, another generation.

    EXPECT_NE(op, second);
    EXPECT_EQ(operations_.op_done(op, placed()), EBRA_NOT_FOUND);
    EXPECT_EQ(answers_.size(), 1u);
}

TEST_F(OperationsTest, EndByThemselvesAfterTheTimeOutAndTakeTheLateAnswerAsEvidence) {
    const ebra_op op = begin();
    clock_.advance_ms(999);
    operations_.expire();
    EXPECT_TRUE(answers_.empty());

    clock_.advance_ms(1);
    operations_.expire();
    operations_.expire();
    EXPECT_EQ(answers_, std::vector<std::int32_t>{0});
    EXPECT_EQ(operations_.open(), 0u);

    EXPECT_EQ(operations_.op_done(op, placed()), EBRA_STALE);
    EXPECT_EQ(answers_, (std::vector<std::int32_t>{0, EBRA_START_PLACED}));
}

TEST_F(OperationsTest, WaitForSoManyLateAnswersAndForgetTheOldest) {
    const ebra_op oldest = begin();
    const ebra_op next = begin();
    clock_.advance_ms(1'000);
    operations_.expire();
    for (std::size_t n = 1; n < Operations::kLateAnswersMax; ++n) (void)begin();
    clock_.advance_ms(1'000);

    operations_.expire();

    EXPECT_EQ(operations_.open(), 0u);
    EXPECT_EQ(operations_.op_done(oldest, placed()), EBRA_NOT_FOUND);
    EXPECT_EQ(operations_.op_done(next, placed()), EBRA_STALE);
}

TEST_F(OperationsTest, ForgetWhatThePluginDidNotTakeOn) {
    const ebra_op op = begin();

    operations_.abandon(op);

    EXPECT_EQ(operations_.open(), 0u);
    EXPECT_EQ(operations_.op_done(op, placed()), EBRA_NOT_FOUND);
    EXPECT_TRUE(answers_.empty());
}

TEST_F(OperationsTest, CompleteExactlyOnceUnderRacingThreads) {
    constexpr int kOperations = 2'000;
    std::atomic<int> answered{0};
    std::vector<ebra_op> ops;
    for (int n = 0; n < kOperations; ++n) {
        ops.push_back(
            operations_.begin(1'000, [&](std::optional<OperationResult>) { ++answered; }));
    }
    const auto complete_all = [&] {
        for (const ebra_op op : ops) (void)operations_.op_done(op, placed());
    };

    std::thread first(complete_all);
    std::thread second(complete_all);
    first.join();
    second.join();

    EXPECT_EQ(answered, kOperations);
}

}  // namespace
}  // namespace ebra
