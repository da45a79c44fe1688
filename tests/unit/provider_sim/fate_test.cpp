#include "fate.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace ebra::sim {
namespace {

constexpr int kDraws = 10'000;

std::string reference(int n) {
    return "0192f0c1-7d3e-7b21-9a55-" + std::to_string(n) + ".1";
}

/// Percent of the draws for which `is_so` holds.
template <typename Predicate>
double percent_of(const Options& options, Predicate&& is_so) {
    int count = 0;
    for (int n = 0; n < kDraws; ++n) count += is_so(draw_fate(options, reference(n))) ? 1 : 0;
    return count * 100.0 / kDraws;
}

/// Five standard deviations of a count of kDraws, in percent: of a fixed seed, so never by chance.
double tolerance(double percent) {
    return 5 * std::sqrt(percent * (100 - percent) / kDraws);
}

bool is_same(const Fate& left, const Fate& right) {
    return left.start == right.start && left.ending == right.ending &&
           left.webhook == right.webhook && left.ring_ms == right.ring_ms &&
           left.talk_ms == right.talk_ms && left.answer_ms == right.answer_ms &&
           left.serial == right.serial;
}

TEST(Fate, DependsOnSeedAndReferenceAlone) {
    Options options;
    options.fail = 50;
    options.ring_ms = {0, 1'000'000};
    const Fate first = draw_fate(options, "a.1");

    EXPECT_TRUE(is_same(first, draw_fate(options, "a.1")));
    EXPECT_FALSE(is_same(first, draw_fate(options, "a.2")));
    options.seed = 2;
    EXPECT_FALSE(is_same(first, draw_fate(options, "a.1")));
}

TEST(Fate, OfOneKindIsNotChangedByAnOptionOfAnother) {
    Options options;
    options.talk_ms = {0, 1'000'000};
    Options other = options;
    other.refuse_transient = 30;
    other.webhook_late = 30;
    other.answer_ms = {5, 90};
    for (int n = 0; n < 100; ++n) {
        EXPECT_EQ(draw_fate(options, reference(n)).talk_ms, draw_fate(other, reference(n)).talk_ms);
    }
}

TEST(Fate, OfStartsKeepsToThePercentages) {
    Options options;
    options.refuse_transient = 5;
    options.refuse_permanent = 0.5;
    options.no_capacity = 20;
    options.lost_answer = 2;
    const std::map<StartFate, double> expected = {{StartFate::kRefusedTransient, 5},
                                                  {StartFate::kRefusedPermanent, 0.5},
                                                  {StartFate::kNoCapacity, 20},
                                                  {StartFate::kLostAnswer, 2},
                                                  {StartFate::kPlaced, 72.5}};
    for (const auto& [fate, percent] : expected) {
        EXPECT_NEAR(percent_of(options, [&](const Fate& drawn) { return drawn.start == fate; }),
                    percent, tolerance(percent));
    }
}

TEST(Fate, OfEndingsKeepsToThePercentages) {
    Options options;
    options.fail = 10;
    options.busy = 20;
    options.no_answer = 30;
    const std::map<Ending, double> expected = {{Ending::kFailed, 10},
                                               {Ending::kBusy, 20},
                                               {Ending::kNoAnswer, 30},
                                               {Ending::kCompleted, 40}};
    for (const auto& [ending, percent] : expected) {
        EXPECT_NEAR(percent_of(options, [&](const Fate& drawn) { return drawn.ending == ending; }),
                    percent, tolerance(percent));
    }
}

TEST(Fate, OfWebhooksKeepsToThePercentages) {
    Options options;
    options.auto_callback = true;
    options.webhook_early = 1;
    options.webhook_duplicate = 2;
    options.webhook_reordered = 3;
    options.webhook_late = 4;
    options.webhook_missing = 50;
    const std::map<WebhookFault, double> expected = {
        {WebhookFault::kEarly, 1}, {WebhookFault::kDuplicate, 2}, {WebhookFault::kReordered, 3},
        {WebhookFault::kLate, 4},  {WebhookFault::kMissing, 50},  {WebhookFault::kNone, 40}};
    for (const auto& [fault, percent] : expected) {
        EXPECT_NEAR(percent_of(options, [&](const Fate& drawn) { return drawn.webhook == fault; }),
                    percent, tolerance(percent));
    }
}

TEST(Fate, KeepsToNoneAndToAll) {
    Options options;
    EXPECT_EQ(percent_of(options, [](const Fate& f) { return f.start == StartFate::kPlaced; }),
              100);
    options.lost_answer = 100;
    EXPECT_EQ(percent_of(options, [](const Fate& f) { return f.start == StartFate::kLostAnswer; }),
              100);
}

TEST(Fate, DrawsLengthsFromTheWholeOfTheirSpan) {
    Options options;
    options.talk_ms = {50, 52};
    std::map<std::int64_t, int> seen;
    for (int n = 0; n < 300; ++n) ++seen[draw_fate(options, reference(n)).talk_ms];

    EXPECT_EQ(seen.size(), 3u);
    EXPECT_EQ(seen.begin()->first, 50);
    EXPECT_EQ(seen.rbegin()->first, 52);
}

TEST(Fate, LetsOnlyCompletedCallsTalk) {
    Options options;
    options.busy = 100;

    EXPECT_EQ(draw_fate(options, "a.1").talk_ms, 0);
}

}  // namespace
}  // namespace ebra::sim
