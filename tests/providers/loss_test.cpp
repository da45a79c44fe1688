// Answers lost after dialing, webhooks lost and doubled, and a server killed with -9 in between: no
// reference is dialed twice, every call ends, and no completed call is told to have failed.
#include "fake_process.hpp"
#include "load.hpp"
#include "serving.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <map>

namespace ebra::integration {
namespace {

using ebra::test::FakeProvider;
using nlohmann::json;
using std::chrono::seconds;

/// Enough to meet every kind of loss; EBRA_LOSS_CALLS asks for more.
constexpr int kUsualCalls = 600;
constexpr int kKills = 4;
constexpr const char* kSeed = "11";

int calls_wanted() {
    const char* wanted = std::getenv("EBRA_LOSS_CALLS");
    return wanted == nullptr ? kUsualCalls : std::atoi(wanted);
}

/// Kills the server each time so many more calls have ended.
void kill_in_between(Serving& serving, int calls) {
    for (int kills = 0; kills < kKills; ++kills) {
        const int ended = serving.counts().value("COMPLETED", 0);
        (void)eventually(seconds(5 + calls / 500), [&] {
            return serving.counts().value("COMPLETED", 0) > ended + calls / (2 * kKills);
        });
        serving.kill_and_restart();
    }
}

TEST(HttpLoss, WithAnswersWebhooksAndServersLostEachReferenceIsDialedOnce) {
    const int calls = calls_wanted();
    TemporaryFolder folder;
    const FakeProvider fake({"--auto-ms", "200", "--seed", kSeed, "--lose-answers", "0.05",
                             "--lose-webhooks", "0.05", "--repeat-webhooks", "0.1"});
    Serving serving(folder.path(),
                    "{ preset = \"generic\", base_url = \"" + fake.url() + "/generic\" }",
                    "start_timeout = \"1s\"\nquery_after = \"1s\"\nstale_after = \"12s\"\n"
                    "on_unknown = \"fail\"");
    std::vector<std::string> ids;
    std::thread clients([&] { ids = place_calls(serving.url(), calls, calls); });

    kill_in_between(serving, calls);

    clients.join();
    ASSERT_TRUE(serving.wait_until_all_ended(seconds(80 + calls / 50)))
        << "seed " << kSeed << "; replay: --gtest_filter=HttpLoss.*\n"
        << serving.counts().dump();
    std::map<std::string, int> dials;
    std::map<std::string, int> dials_of_call;
    for (const json& dial : fake.dials()) {
        const std::string reference = dial.at("key");
        ++dials[reference];
        ++dials_of_call[reference.substr(0, reference.rfind('.'))];
    }
    for (const auto& [reference, count] : dials) EXPECT_EQ(count, 1) << reference;
    int completed = 0;
    for (const std::string& id : ids) {
        ASSERT_FALSE(id.empty()) << "a call was never acknowledged";
        const std::string status = serving.call(id).value("status", "gone");
        EXPECT_TRUE(status == "COMPLETED" || status == "FAILED") << id << " is " << status;
        EXPECT_LE(dials_of_call[id], 1) << "on_unknown = fail never dials a call again";
        completed += status == "COMPLETED" ? 1 : 0;
    }
    // One webhook in twenty is lost for good, and its call fails by policy; the rest completes.
    EXPECT_GT(completed, calls * 85 / 100);
}

}  // namespace
}  // namespace ebra::integration
