#include "intake.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace ebra {
namespace {

class IntakeTest : public ::testing::Test {
 protected:
    IntakeTest() { EXPECT_TRUE(clock_.sync(store_.store()).ok()); }

    void enqueue(const std::string& id) {
        NewCall call;
        call.id = id;
        intake_.enqueue(call, [this, id](Result<ItemResult> item) {
            answers_.push_back(id + (item ? " ok" : " refused"));
        });
    }

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    Intake intake_{store_.store(), clock_, settings_, trouble_, metrics_};
    std::vector<std::string> answers_;
};

TEST_F(IntakeTest, StoresAllThatWaitsInOneBatchAndAnswersAfterIt) {
    std::vector<std::size_t> batches;
    store_.on_enqueue = [&](const std::vector<std::string>& ids) {
        EXPECT_TRUE(answers_.empty());
        batches.push_back(ids.size());
        return EBRA_OK;
    };

    for (const char* id : {"a", "b", "c"}) enqueue(id);
    intake_.step();

    EXPECT_EQ(batches, std::vector<std::size_t>{3});
    EXPECT_EQ(answers_, (std::vector<std::string>{"a ok", "b ok", "c ok"}));
}

TEST_F(IntakeTest, ASecondBatchGoesBesideTheFirstOnceAsMuchWaits) {
    settings_.intake_lanes = 2;
    std::vector<std::size_t> batches;
    store_.on_enqueue = [&](const std::vector<std::string>& ids) {
        batches.push_back(ids.size());
        if (batches.size() > 1) return EBRA_OK;
        enqueue("c");
        intake_.step(1);
        EXPECT_EQ(batches, std::vector<std::size_t>{2}) << "one is too little company";
        enqueue("d");
        intake_.step(1);
        return EBRA_OK;
    };

    for (const char* id : {"a", "b"}) enqueue(id);
    intake_.step();

    EXPECT_EQ(batches, (std::vector<std::size_t>{2, 2}));
    EXPECT_EQ(answers_, (std::vector<std::string>{"c ok", "d ok", "a ok", "b ok"}));
}

/// The second lane's wait is far longer than the test may take: only being woken ends it in time.
TEST_F(IntakeTest, TheSecondLaneIsWokenWhileTheFirstIsBusy) {
    settings_.intake_lanes = 2;
    std::thread second([this] {
        intake_.ready(1).wait_for(600'000);
        intake_.step(1);
    });
    store_.on_enqueue = [&](const std::vector<std::string>& ids) {
        if (ids.front() != "a") return EBRA_OK;
        enqueue("b");
        second.join();
        return EBRA_OK;
    };

    enqueue("a");
    intake_.step();

    EXPECT_EQ(answers_, (std::vector<std::string>{"b ok", "a ok"}));
}

TEST_F(IntakeTest, WhatWasTooLittleForASecondBatchGoesWhenTheFirstIsDone) {
    store_.on_enqueue = [&](const std::vector<std::string>& ids) {
        if (ids.size() == 2) enqueue("c");
        return EBRA_OK;
    };

    for (const char* id : {"a", "b"}) enqueue(id);

    EXPECT_EQ(intake_.step(), 0) << "it looks again at once";
    intake_.step();
    EXPECT_EQ(answers_, (std::vector<std::string>{"a ok", "b ok", "c ok"}));
}

TEST_F(IntakeTest, TellsTheClientWhenTheStoreIsAway) {
    store_.on_enqueue = [](const auto&) { return EBRA_UNAVAILABLE; };

    enqueue("a");
    intake_.step();

    EXPECT_EQ(answers_, std::vector<std::string>{"a refused"});
    EXPECT_TRUE(store_.enqueued.empty());
}

TEST_F(IntakeTest, RefusesAtOnceWhenFull) {
    settings_.intake_queue_max = 2;

    for (const char* id : {"a", "b", "c"}) enqueue(id);

    EXPECT_EQ(answers_, std::vector<std::string>{"c refused"});
}

TEST_F(IntakeTest, WritesABatchInDoubtAgainAndAnswersOnce) {
    int tries = 0;
    store_.on_enqueue = [&](const auto&) { return ++tries == 1 ? EBRA_IN_DOUBT : EBRA_OK; };

    enqueue("a");
    intake_.step();

    EXPECT_EQ(tries, 2);
    EXPECT_EQ(answers_, std::vector<std::string>{"a ok"});
}

TEST_F(IntakeTest, GivesUpOnADoubtThatDoesNotEnd) {
    store_.on_enqueue = [](const auto&) { return EBRA_IN_DOUBT; };

    enqueue("a");
    intake_.step();

    EXPECT_EQ(answers_, std::vector<std::string>{"a refused"});
}

}  // namespace
}  // namespace ebra
