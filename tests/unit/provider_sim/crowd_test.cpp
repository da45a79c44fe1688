// Many calls at once: no thread for each, every webhook delivered, a ledger that the checker
// accepts.
#include "ledger.hpp"
#include "listener.hpp"
#include "sim_face.hpp"
#include "verdict.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <thread>

namespace ebra::sim::test {
namespace {

std::ptrdiff_t threads_of_this_process() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
}

TEST(Crowd, OfTenThousandCallsNeedsTwoThreadsAndLosesNoWebhook) {
    constexpr std::size_t kCalls = 10'000;
    Folder folder;
    FakeHost host;
    Listener listener;
    const std::ptrdiff_t threads_before = threads_of_this_process();
    SimFace sim(host, {{"auto_callback", true},
                       {"callback_delay_sec", 0},
                       {"ring_ms", 0},
                       {"talk_ms", {{"min", 2'000}, {"max", 3'000}}},
                       {"ledger", folder.ledger()}});
    const auto before = std::chrono::steady_clock::now();

    for (std::size_t n = 0; n < kCalls; ++n) {
        (void)sim.start({.reference = std::to_string(n) + ".1",
                         .callback_url = listener.url(),
                         .to = "+1415555" + std::to_string(10'000 + n)});
    }

    const auto started = std::chrono::steady_clock::now() - before;
    EXPECT_EQ(host.completions(), kCalls);
    EXPECT_LE(threads_of_this_process() - threads_before, 2);
    const auto requests = listener.wait(kCalls, kPatience * 3);
    const auto delivered = std::chrono::steady_clock::now() - before;
    std::set<std::string> ids;
    for (const Request& one : requests) ids.insert(one.json()["providerCallId"]);
    EXPECT_EQ(ids.size(), kCalls);
    RecordProperty("starts_ms", static_cast<int>(started / std::chrono::milliseconds(1)));
    RecordProperty("delivered_ms", static_cast<int>(delivered / std::chrono::milliseconds(1)));

    ledger::Ledger made;
    std::ifstream file(folder.ledger());
    ledger::read_ledger(file, folder.ledger(), made);
    ledger::Limits limits;
    limits.cap = static_cast<std::int64_t>(kCalls);
    const ledger::Verdict verdict = ledger::judge(made, limits);
    EXPECT_EQ(verdict.dials, kCalls);
    EXPECT_EQ(verdict.violations_total, 0u);
}

TEST(Crowd, FromSeveralThreadsIsWrittenDownWhole) {
    constexpr int kThreads = 4;
    constexpr int kCalls = 500;
    Folder folder;
    FakeHost host;
    SimFace sim(host, {{"auto_callback", true},
                       {"ring_ms", 0},
                       {"talk_ms", 1},
                       {"answer_ms", 1},
                       {"ledger", folder.ledger()}});
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&sim, thread] {
            for (int n = 0; n < kCalls; ++n) {
                (void)sim.start(
                    {.reference = std::to_string(thread) + "-" + std::to_string(n) + ".1"});
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    EXPECT_TRUE(host.wait_for(kThreads * kCalls));
    EXPECT_EQ(lines_of(folder.ledger()).size(), std::size_t{kThreads * kCalls});
}

TEST(Checker, FindsASecondDialOfOneNumberThatTheSimulatorWrote) {
    Folder folder;
    FakeHost host;
    SimFace sim(host,
                {{"auto_callback", true}, {"talk_ms", 3'600'000}, {"ledger", folder.ledger()}});
    (void)sim.place({.reference = "a.1"});
    (void)sim.place({.reference = "b.1"});
    (void)sim.place({.reference = "b.1", .to = "+14155550199"});

    ledger::Ledger made;
    std::ifstream file(folder.ledger());
    ledger::read_ledger(file, folder.ledger(), made);
    const ledger::Verdict verdict = ledger::judge(made, {});

    ASSERT_EQ(verdict.violations_total, 2u);
    EXPECT_EQ(verdict.violations[0].rule, "reference");
    EXPECT_EQ(verdict.violations[1].rule, "number");
}

}  // namespace
}  // namespace ebra::sim::test
