#include "metrics_text.hpp"

#include "api_fixture.hpp"

namespace ebra {
namespace {

bool wants_text(const std::string& accept) {
    return wants_metrics_text(testing::make("GET", "/metrics", "", {{"Accept", accept}}));
}

TEST(MetricsText, IsGivenToWhoAsksForIt) {
    for (const char* accept :
         {"text/plain", "text/plain; version=0.0.4", "TEXT/PLAIN", "application/openmetrics-text",
          "text/plain, */*",
          "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
          "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
          "application/json;q=0.5, text/plain"}) {
        EXPECT_TRUE(wants_text(accept)) << accept;
    }
}

TEST(MetricsText, JsonIsGivenToEverybodyElse) {
    EXPECT_FALSE(wants_metrics_text(testing::make("GET", "/metrics")));
    for (const char* accept :
         {"", "*/*", "application/json", "application/*",
          "text/html,application/xhtml+xml,*/*;q=0.8", "application/json, text/plain, */*",
          "text/plain;q=0", "text/plain;q=0.5, application/json", "text/plain;q=0.1, */*",
          "text/*;q=x", "text/plain;q=nonsense", ",,,", ";q=1"}) {
        EXPECT_FALSE(wants_text(accept)) << accept;
    }
    EXPECT_FALSE(wants_text(std::string(3'000, ',') + "text/plain")) << "the list is limited";
}

class MetricsTest : public testing::ApiFixture {};

TEST_F(MetricsTest, Json_IsFlatWithEveryStatusFirst) {
    Counts counts;
    counts.pending = 2;
    counts.unknown = 1;
    counts.oldest_due_at = 1'700'000'000'000;
    fake_.counts_answer = counts;

    const auto answer = get("/metrics");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(
        answer.body.find(
            R"({"PENDING":2,"IN_PROGRESS":0,"COMPLETED":0,"FAILED":0,"CANCELED":0,"EXPIRED":0,)"),
        0u)
        << answer.body;
    EXPECT_EQ(answer.json()["unknown"], 1);
    EXPECT_EQ(answer.json()["oldestDueAt"], "2023-11-14T22:13:20.000Z");
    const nlohmann::json counts_json = answer.json();
    for (const auto& [name, value] : counts_json.items()) {
        EXPECT_TRUE(value.is_primitive()) << name;
    }
}

TEST_F(MetricsTest, Text_HasTheCountersOfEngineServerAndStore) {
    fake_.metrics.enqueued.Increment();
    Counts counts;
    counts.completed = 3;
    fake_.counts_answer = counts;
    settings_.http_stats = [] {
        HttpStats stats;
        stats.requests = 7;
        stats.rejected[431] = 2;
        return stats;
    };

    const auto answer = get("/metrics", {{"Accept", "text/plain"}});

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    for (const char* line :
         {"ebra_calls_enqueued_total 1\n", "ebra_calls{status=\"COMPLETED\"} 3\n",
          "ebra_calls{status=\"EXPIRED\"} 0\n", "ebra_placements_open{state=\"UNKNOWN\"} 0\n",
          "ebra_http_requests_total 7\n", "ebra_http_rejected_total{status=\"431\"} 2\n",
          "ebra_store_up 1\n", "# TYPE ebra_http_requests_total counter\n",
          "# TYPE ebra_calls gauge\n"}) {
        EXPECT_NE(answer.body.find(line), std::string::npos) << line << answer.body;
    }
}

TEST_F(MetricsTest, WithoutItsStore_TextStillHasTheCountersAndJsonIs503) {
    fake_.counts_answer = Error{ErrorCode::kUnavailable, "the store is away", 1'000};

    const auto text = get("/metrics", {{"Accept", "text/plain"}});
    EXPECT_EQ(text.status, 200);
    EXPECT_NE(text.body.find("ebra_store_up 0\n"), std::string::npos);
    EXPECT_EQ(text.body.find("ebra_calls{"), std::string::npos) << "no made-up zeros";
    EXPECT_EQ(get("/metrics").status, 503);
}

}  // namespace
}  // namespace ebra
