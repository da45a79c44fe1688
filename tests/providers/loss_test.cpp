// Answers lost after dialing, webhooks lost, doubled and before the answer they belong to, and
// nodes killed with -9 in between: no reference is dialed twice, every call ends, and no completed
// call is told to have failed. The long form: tests/providers/loss.sh.
#include "fake_process.hpp"
#include "load.hpp"
#include "nodes.hpp"

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
constexpr int kLossyNodes = 2;
constexpr int kKills = 4;

std::string variable(const char* name, const std::string& usual) {
    const char* wanted = std::getenv(name);
    return wanted == nullptr ? usual : wanted;
}

/// Kills a node each time so many more calls have ended.
void kill_in_between(Nodes& nodes, int calls) {
    for (std::size_t kills = 0; kills < kKills; ++kills) {
        Serving& victim = nodes[kills % nodes.size()];
        const Serving& witness = nodes[(kills + 1) % nodes.size()];
        const int ended = witness.counts().value("COMPLETED", 0);
        (void)eventually(seconds(5 + calls / 500), [&] {
            return witness.counts().value("COMPLETED", 0) > ended + calls / (2 * kKills);
        });
        victim.kill_and_restart();
    }
}

class HttpLoss : public ::testing::TestWithParam<const char*> {};

TEST_P(HttpLoss, WithAnswersWebhooksAndNodesLostEachReferenceIsDialedOnce) {
    const int calls = std::stoi(variable("EBRA_LOSS_CALLS", std::to_string(kUsualCalls)));
    const std::string seed = variable("EBRA_LOSS_SEED", "11");
    TemporaryFolder folder;
    const FakeProvider fake({"--auto-ms", "200", "--seed", seed, "--lose-answers", "0.05",
                             "--lose-webhooks", "0.05", "--repeat-webhooks", "0.1",
                             "--early-webhooks", "0.1"});
    Nodes nodes(GetParam(), kLossyNodes, folder.path(),
                "{ preset = \"generic\", base_url = \"" + fake.url() + "/generic\" }",
                "start_timeout = \"1s\"\nquery_after = \"1s\"\nstale_after = \"12s\"\n"
                "on_unknown = \"fail\"");
    std::vector<std::string> ids;
    std::thread clients([&] { ids = place_calls(nodes[0].url(), calls, calls); });

    kill_in_between(nodes, calls);

    clients.join();
    ASSERT_TRUE(nodes[0].wait_until_all_ended(seconds(80 + calls / 20)))
        << "replay: EBRA_LOSS_CALLS=" << calls << " EBRA_LOSS_SEED=" << seed << " --gtest_filter=*/"
        << GetParam() << "\n"
        << nodes[0].counts().dump();
    std::map<std::string, int> dials;
    std::map<std::string, int> dials_of_call;
    const json ledger = fake.dials();
    for (const json& dial : ledger) {
        const std::string reference = dial.at("key");
        ++dials[reference];
        ++dials_of_call[reference.substr(0, reference.rfind('.'))];
    }
    int doubled = 0;
    for (const auto& [reference, count] : dials) {
        EXPECT_EQ(count, 1) << reference;
        doubled += count > 1 ? 1 : 0;
    }
    int completed = 0;
    for (const std::string& id : ids) {
        ASSERT_FALSE(id.empty()) << "a call was never acknowledged";
        const std::string status = nodes[0].call(id).value("status", "gone");
        EXPECT_TRUE(status == "COMPLETED" || status == "FAILED") << id << " is " << status;
        EXPECT_LE(dials_of_call[id], 1) << "on_unknown = fail never dials a call again";
        completed += status == "COMPLETED" ? 1 : 0;
    }
    // One webhook in twenty is lost for good, and its call fails by policy; the rest completes.
    EXPECT_GT(completed, calls * 85 / 100);
    std::printf(
        "%s: %d calls acknowledged, %zu dials, %d references dialed twice, %d completed, "
        "%d failed by policy, %d kills\n",
        GetParam(), calls, ledger.size(), doubled, completed, calls - completed, kKills);
}

INSTANTIATE_TEST_SUITE_P(On, HttpLoss, ::testing::Values("sqlite", "postgres"),
                         [](const auto& store) { return std::string(store.param); });

}  // namespace
}  // namespace ebra::integration
