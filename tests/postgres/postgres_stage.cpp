#include "postgres_stage.hpp"

#include <algorithm>
#include <stdexcept>

namespace ebra::postgres::test {

using conformance::NewCall;
using conformance::NewStep;
using conformance::SeenCall;

namespace {

constexpr int kBatch = 1000;
constexpr std::int64_t kLeaseMs = 1'000'000'000;
// As many as the memory for one statement's rows may hold without pain.
constexpr int kCrowdBatch = 500'000;
// As long as 120 bytes with their quotes and braces.
constexpr const char* kPayload =
    R"({"customer":4711,"language":"en","note":"a payload of one hundred and twenty bytes, )"
    R"(which is what most of them have, or so"})";

void replace_all(std::string& text, const std::string& name, const std::string& value) {
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size()) {
        text.replace(at, name.size(), value);
    }
}

constexpr const char* kMakeCalls =
    "CREATE TEMPORARY TABLE made AS WITH made AS (INSERT INTO calls (id, tenant, campaign, lane, "
    "priority, to_phone, exclusive_key, script_id, idempotency_key, request_digest, not_before, "
    "not_after, status, attempts, placements, created_at, updated_at, ended_at, next_run_at, "
    "metadata) SELECT 'crowd-FIRST-LANE-PRIORITY-STATUS-' || n, '', '', LANE, PRIORITY, NUMBER, "
    "NUMBER, 'welcome', '', '', 0, "
    "0, 'STATUS', ATTEMPTS, ATTEMPTS, NOW, NOW, 0, DUE, '{}' FROM generate_series(FIRST, LAST) AS "
    "n RETURNING seq, lane, priority, next_run_at, exclusive_key) SELECT * FROM made;"
    "INSERT INTO phones SELECT DISTINCT exclusive_key FROM made ON CONFLICT DO NOTHING;";
constexpr const char* kMakeWaiting =
    "INSERT INTO waiting (seq, lane, priority, due_at, not_after, hold, exclusive_key) SELECT seq, "
    "lane, priority, next_run_at, 0, HOLD, exclusive_key FROM made;";
constexpr const char* kMakeFinished =
    "INSERT INTO placements (call_seq, number, exclusive_key, state, outcome, counted, claim, "
    "provider, provider_call_id, node, claimed_at, evidence_at, ended_at) SELECT seq, 1, "
    "exclusive_key, 6, 1, true, seq, 'sim', 'p-' || seq, 'node', NOW, NOW, NOW FROM made;"
    "INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, "
    "provider_call_id, detail) SELECT seq, 1, kind, 3, 1, true, NOW, '', '' FROM made, (VALUES "
    "(66), (1), (5)) AS kinds (kind);"
    "INSERT INTO provider_calls (call_seq, number, provider_call_id, provider) SELECT seq, 1, 'p-' "
    "|| "
    "seq, 'sim' FROM made;"
    "INSERT INTO outbox (call_seq, status, at, acknowledged) SELECT seq, 3, NOW, true FROM made;";

}  // namespace

void require_answer(StoreFace& store) {
    if (store.status() != EBRA_OK) {
        throw std::runtime_error("the store refused: " + store.message());
    }
}

void end_calls(StoreFace& store, const std::vector<SeenCall>& calls) {
    if (calls.empty()) return;
    std::vector<NewStep> steps;
    for (const SeenCall& call : calls) {
        NewStep step{.step = EBRA_STEP_ENDED, .call_id = call.id, .placement = call.number};
        step.outcome = EBRA_OUTCOME_COMPLETED;
        steps.push_back(step);
    }
    store.take_all(store.now(), steps);
    require_answer(store);
}

Stage::Stage(const Server& server, const std::string& more_options)
    : server_(server),
      schema_(unique_schema()),
      store_(std::make_unique<StoreFace>(server.options(schema_, more_options))) {
    require_answer(*store_);
    store_->renew(store_->now(), kLeaseMs);
    require_answer(*store_);
    connection_ = std::make_unique<pqxx::connection>(server_.connection_string());
    sql("SET search_path TO " + schema_);
}

pqxx::result Stage::sql(const std::string& text) {
    return pqxx::nontransaction(*connection_).exec(text);
}

void Stage::enqueue(int count) {
    enqueue(count, [](NewCall&) {});
}

void Stage::enqueue(int count, const std::function<void(NewCall&)>& shape) {
    for (int done = 0; done < count; done += kBatch) {
        std::vector<NewCall> calls;
        for (int i = done; i < std::min(done + kBatch, count); ++i) {
            const std::string id = "call-" + std::to_string(++made_);
            calls.push_back({.id = id, .to = "+1" + std::to_string(made_)});
            calls.back().metadata_json = kPayload;
            shape(calls.back());
        }
        store_->enqueue(store_->now(), calls);
        require_answer(*store_);
    }
}

void Stage::add(const Crowd& crowd) {
    // Its lane is made by the store, for a call that comes first and counts among the crowd.
    enqueue(1, [&](NewCall& call) {
        call.priority = crowd.priority;
        call.provider = crowd.provider;
        if (!crowd.number.empty()) call.to = crowd.number;
        if (crowd.state == Crowd::State::kScheduled) call.not_before = store_->now() + 36'000'000;
    });
    const std::string lane =
        sql("SELECT max(lane) FROM lanes WHERE provider = '" + crowd.provider + "'")[0][0].c_str();
    const bool is_finished = crowd.state == Crowd::State::kFinished;
    const char* const holds[] = {"1", "3", "2", "0"};
    const std::int64_t now = store_->now();
    for (int first = 2; first <= crowd.count; first += kCrowdBatch) {
        const int last = std::min(crowd.count, first + kCrowdBatch - 1);
        std::string text = std::string(kMakeCalls) + (is_finished ? kMakeFinished : kMakeWaiting) +
                           "DROP TABLE made";
        const std::int64_t due = crowd.state == Crowd::State::kScheduled ? now + 36'000'000 : now;
        replace_all(text, "LANE", lane);
        replace_all(text, "PRIORITY", std::to_string(crowd.priority));
        replace_all(text, "NUMBER", crowd.number.empty() ? "'+2' || n" : "'" + crowd.number + "'");
        replace_all(text, "STATUS", is_finished ? "COMPLETED" : "PENDING");
        replace_all(text, "ATTEMPTS", is_finished ? "1" : "0");
        replace_all(text, "HOLD", holds[static_cast<int>(crowd.state)]);
        replace_all(text, "NOW", std::to_string(now));
        replace_all(text, "DUE", std::to_string(due));
        replace_all(text, "FIRST", std::to_string(first));
        replace_all(text, "LAST", std::to_string(last));
        sql(text);
    }
}

conformance::SeenClaim Stage::claim(std::uint32_t limit) {
    auto claim = store_->claim(store_->now(), limit, ++token_, {"sim", "shut"});
    require_answer(*store_);
    return claim;
}

void Stage::accept(const std::vector<SeenCall>& calls) {
    std::vector<NewStep> steps;
    for (const SeenCall& call : calls) {
        NewStep step{.step = EBRA_STEP_ACCEPTED, .call_id = call.id};
        step.placement = call.number;
        step.provider = "sim";
        step.provider_call_id = "p-" + call.id;
        steps.push_back(step);
    }
    store_->take_all(store_->now(), steps);
    require_answer(*store_);
}

void Stage::end(const std::vector<SeenCall>& calls) {
    end_calls(*store_, calls);
}

void Stage::analyze() {
    sql("VACUUM ANALYZE");
}

}  // namespace ebra::postgres::test
