// A provider account's limits are one for all nodes: never more calls at once, never more starts in
// any window, and a tap that one node closes is closed for all. The fake provider counts the calls
// that are live, the store's own times are those of the claims.
#include "nodes.hpp"

#include "fake_process.hpp"
#include "load.hpp"

#include <algorithm>
#include <ctime>
#include <gtest/gtest.h>
#include <set>

namespace ebra::integration {
namespace {

using ebra::test::FakeProvider;
using nlohmann::json;
using std::chrono::seconds;

constexpr int kNodes = 3;

/// "2026-01-31T12:00:00.250Z" in milliseconds.
std::int64_t ms_of(const std::string& text) {
    std::tm time{};
    if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time) == nullptr) return 0;
    return timegm(&time) * 1'000 + std::stoll(text.substr(20, 3));
}

class HttpNodes : public ::testing::TestWithParam<const char*> {
 protected:
    Nodes start(const FakeProvider& fake, const std::string& provider, int count = kNodes) {
        return Nodes(GetParam(), count, folder_.path(),
                     "{ preset = \"generic\", base_url = \"" + fake.url() + "/generic\" }", "",
                     provider);
    }

    TemporaryFolder folder_;
};

TEST_P(HttpNodes, AProvidersCapHoldsOverAllOfThem) {
    constexpr int kCap = 7;
    constexpr int kCalls = 300;
    const FakeProvider fake({"--auto-ms", "100"});
    Nodes nodes = start(fake, "max_concurrent = " + std::to_string(kCap));

    (void)place_calls(nodes[0].url(), kCalls, kCalls);

    ASSERT_TRUE(nodes[0].wait_until_all_ended(seconds(60))) << nodes[0].counts().dump();
    const json dials = fake.dials();
    const json calls = fake.calls();
    EXPECT_EQ(dials.size(), static_cast<std::size_t>(kCalls));
    int most = 0;
    for (const json& dial : dials) most = std::max(most, dial.at("live").get<int>());
    EXPECT_LE(most, kCap);
    EXPECT_GE(most, kCap - 1) << "the cap is not made use of";
    std::set<std::string> dialers;
    for (const json& call : calls) {
        const std::string url = call.at("url");
        dialers.insert(url.substr(0, url.find("/callbacks")));
    }
    EXPECT_GE(dialers.size(), 2u) << "only one node dialed: this shows nothing";
}

TEST_P(HttpNodes, AProvidersStartRateHoldsOverAllOfThem) {
    constexpr int kPerSecond = 40;
    constexpr int kBurst = 5;
    constexpr int kCalls = 160;
    const FakeProvider fake({"--auto-ms", "10"});
    Nodes nodes = start(fake, "starts_per_second = " + std::to_string(kPerSecond) +
                                  "\nburst = " + std::to_string(kBurst));

    const auto ids = place_calls(nodes[0].url(), kCalls, kCalls);

    ASSERT_TRUE(nodes[0].wait_until_all_ended(seconds(60))) << nodes[0].counts().dump();
    std::vector<std::int64_t> claims_ms;
    for (const std::string& id : ids) {
        claims_ms.push_back(ms_of(nodes[0].call(id).value("startedAt", "")));
    }
    std::sort(claims_ms.begin(), claims_ms.end());
    ASSERT_GT(claims_ms.front(), 0);
    for (std::size_t from = 0; from < claims_ms.size(); ++from) {
        for (std::size_t to = from; to < claims_ms.size(); ++to) {
            const auto window_ms = claims_ms[to] - claims_ms[from];
            const auto starts = static_cast<std::int64_t>(to - from + 1);
            ASSERT_LE(starts * 1'000, kBurst * 1'000 + kPerSecond * window_ms)
                << starts << " starts within " << window_ms << " ms";
        }
    }
    const std::int64_t all_ms = claims_ms.back() - claims_ms.front();
    EXPECT_LT(all_ms, 2 * 1'000 * kCalls / kPerSecond) << "the rate is not made use of";
}

TEST_P(HttpNodes, ATapThatOneClosesIsClosedForAll) {
    const FakeProvider fake({"--auto-ms", "10"});
    fake.plan({{"fault", "error"}, {"error", "capacity"}, {"count", 1}});
    Nodes nodes = start(fake, "");
    const auto first = place_calls(nodes[0].url(), 1, 1);
    ASSERT_TRUE(eventually(seconds(20), [&] {
        return fake.refused().size() == 1 &&
               nodes[0].call(first[0]).value("status", "") == "PENDING";
    })) << nodes[0].call(first[0]).dump();

    for (std::size_t node = 0; node < nodes.size(); ++node) {
        HttpClient client(nodes[node].url());
        for (int n = 0; n < 10; ++n) {
            const int which = 100 * static_cast<int>(node + 1) + n;
            const json body = {{"to", number(which)}, {"scriptId", "x"}};
            ASSERT_EQ(client.post("/calls", body).status, 201);
        }
    }

    ASSERT_TRUE(nodes[0].wait_until_all_ended(seconds(60))) << nodes[0].counts().dump();
    const json dials = fake.dials();
    EXPECT_EQ(dials.size(), 31u);
    double first_dial_s = dials.front().at("at");
    for (const json& dial : dials) {
        first_dial_s = std::min(first_dial_s, dial.at("at").get<double>());
    }
    // "Retry-After: 3", less what the store's time may be behind the fake's.
    EXPECT_GT(first_dial_s - fake.refused().front().get<double>(), 2.9);
    EXPECT_EQ(nodes[0].call(first[0])["attempts"], 1) << "no capacity burns no attempt";
}

TEST_P(HttpNodes, ATapThatOneClosedForFaultsIsProbedByOneCallOfEach) {
    constexpr std::size_t kFaults = 5;  // In a row, and the tap is closed for 5 s.
    const FakeProvider fake({"--auto-ms", "10"});
    fake.plan({{"fault", "status"}, {"status", 503}, {"count", 1'000}});
    Nodes nodes = start(fake, "", 1);
    (void)place_calls(nodes[0].url(), static_cast<int>(kFaults), static_cast<int>(kFaults));
    ASSERT_TRUE(eventually(seconds(20), [&] { return fake.dials().size() == kFaults; }));

    // Nodes that have seen no fault, with a batch of calls to dial.
    nodes.add();
    nodes.add();
    HttpClient client(nodes[1].url());
    for (int n = 0; n < 30; ++n) {
        const json body = {{"to", number(100 + n)}, {"scriptId", "x"}};
        ASSERT_EQ(client.post("/calls", body).status, 201);
    }

    // The second pause is twice as long, whoever's probe began it.
    const auto at = [&](std::size_t dial) { return fake.dials().at(dial).at("at").get<double>(); };
    ASSERT_TRUE(eventually(seconds(60), [&] {
        const std::size_t dials = fake.dials().size();
        return dials > kFaults && at(dials - 1) > at(kFaults) + 5;
    }));
    std::size_t probes = 0;
    while (at(kFaults + probes) < at(kFaults) + 5) ++probes;
    EXPECT_LE(probes, nodes.size());
    EXPECT_GT(at(kFaults) - at(kFaults - 1), 4.5) << "nobody dialed while it was closed";
}

INSTANTIATE_TEST_SUITE_P(On, HttpNodes, ::testing::Values("sqlite", "postgres"),
                         [](const auto& store) { return std::string(store.param); });

}  // namespace
}  // namespace ebra::integration
