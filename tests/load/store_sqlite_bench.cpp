// Method: one process, one thread, one file in the temporary folder of the machine's disk (set
// TMPDIR to choose another), durability "full". The store is used through its C ABI. Only the call
// under test is timed; what refills the store between two claims is not. Claims of 100 are measured
// with nothing in their way and with 100,000 calls that cannot run now: parked behind one busy
// number, pinned to a closed provider, scheduled for later, counting against a full limit; and with
// 1,000,000 finished calls. Quote the ratios to "none", not the figures. Enqueue is compared with a
// plain loop of INSERTs into one table with a primary key and one partial index, the same file
// system, the same batch per commit. Run it alone: bench_store_sqlite --benchmark_repetitions=3
// --benchmark_report_aggregates_only=true
#include "connection.hpp"
#include "store_face.hpp"

#include <benchmark/benchmark.h>
#include <memory>
#include <stdexcept>

namespace ebra::sqlite::test {
namespace {

constexpr int kBlocked = 100'000;
constexpr int kFinished = 1'000'000;
constexpr int kClaimed = 100;
constexpr int kBatch = 1000;

enum class InTheWay { kNone, kParked, kPinned, kScheduled, kCapped, kFinishedCalls };

/// A store with calls to claim and others in the way.
class Stage {
 public:
    explicit Stage(InTheWay in_the_way) : store_(host_, folder_.file("calls.db")) {
        require(store_.renew(kStart, 1'000'000'000));
        fill(in_the_way);
        refill(10 * kClaimed);
    }

    SeenClaim claim() { return store_.claim(kStart, kClaimed, ++token_, {"sim", "shut"}); }

    /// Ends what was claimed and enqueues as many again.
    void renew(const SeenClaim& claim) {
        std::vector<ebra_advance> steps;
        for (const SeenCall& call : claim.calls) {
            ebra_advance step = step_of(EBRA_STEP_ENDED);
            step.call_id = plugin::str(call.id);
            step.outcome = EBRA_OUTCOME_COMPLETED;
            steps.push_back(step);
        }
        store_.advance(kStart, steps);
        require(store_.status());
        refill(static_cast<int>(claim.calls.size()));
    }

    void refill(int count) {
        enqueue(count, [](NewCall&) {});
    }

    StoreFace& store() { return store_; }

 private:
    static void require(ebra_status status) {
        if (status != EBRA_OK) throw std::runtime_error("the store refused");
    }

    template <typename Shape>
    void enqueue(int count, Shape&& shape) {
        for (int done = 0; done < count; done += kBatch) {
            std::vector<NewCall> calls;
            for (int i = done; i < std::min(done + kBatch, count); ++i) {
                const std::string id = "call-" + std::to_string(++made_);
                calls.push_back({.id = id, .to = "+1" + std::to_string(made_)});
                shape(calls.back());
            }
            store_.enqueue(kStart, calls);
            require(store_.status());
        }
    }

    void fill(InTheWay in_the_way) {
        switch (in_the_way) {
            case InTheWay::kNone:
                break;
            case InTheWay::kParked:
                enqueue(kBlocked, [](NewCall& call) { call.to = "+1busy", call.priority = 9; });
                store_.claim(kStart, 1, ++token_);
                break;
            case InTheWay::kPinned:
                require(store_.set_paused(kStart, "provider:shut", true));
                enqueue(kBlocked, [](NewCall& call) { call.provider = "shut", call.priority = 9; });
                break;
            case InTheWay::kScheduled:
                enqueue(kBlocked, [](NewCall& call) { call.not_before = kStart + 3'600'000; });
                break;
            case InTheWay::kCapped:
                require(store_.set_max(kStart, "cap", 0));
                enqueue(kBlocked,
                        [](NewCall& call) { call.cap_keys = {"cap"}, call.priority = 9; });
                break;
            case InTheWay::kFinishedCalls:
                insert_finished();
                break;
        }
    }

    void insert_finished() {
        refill(1);
        Connection connection(folder_.file("calls.db"), false, 1000);
        const std::string sql =
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < " +
            std::to_string(kFinished) +
            ") INSERT INTO calls (id, tenant, campaign, lane, priority, to_number, exclusive_key, "
            "script_id, idempotency_key, request_digest, not_before, not_after, status, hold, "
            "created_at, updated_at, due_at, metadata_json) SELECT 'old-' || x, '', '', 1, 0, "
            "'+2' || x, '+2' || x, '', '', '', 0, 0, 3, 0, 1, 1, 0, '{}' FROM n";
        connection.execute(sql.c_str());
    }

    Folder folder_;
    Host host_;
    StoreFace store_;
    std::uint64_t token_ = 0;
    std::int64_t made_ = 0;
};

void claim_of_100(benchmark::State& state, InTheWay in_the_way) {
    Stage stage(in_the_way);
    for (auto _ : state) {
        const SeenClaim claim = stage.claim();
        if (claim.calls.size() != kClaimed) state.SkipWithError("a claim was short");
        state.PauseTiming();
        stage.renew(claim);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kClaimed);
}

void enqueue(benchmark::State& state) {
    Stage stage(InTheWay::kNone);
    const int batch = static_cast<int>(state.range(0));
    for (auto _ : state) stage.refill(batch);
    state.SetItemsProcessed(state.iterations() * batch);
}

void plain_insert(benchmark::State& state) {
    const Folder folder;
    Connection connection(folder.file("plain.db"), true, 1000);
    connection.execute("PRAGMA journal_mode = WAL");
    connection.execute("PRAGMA synchronous = FULL");
    connection.execute(
        "CREATE TABLE calls (id TEXT PRIMARY KEY, phone TEXT, status INTEGER, due_at INTEGER, "
        "metadata TEXT) WITHOUT ROWID; CREATE INDEX due ON calls (due_at) WHERE status = 1");
    sqlite3* database = nullptr;
    sqlite3_open(folder.file("plain.db").c_str(), &database);
    sqlite3_exec(database, "PRAGMA synchronous = FULL", nullptr, nullptr, nullptr);
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO calls VALUES (?, ?, 1, ?, '{}')", -1, &statement,
                       nullptr);
    const int batch = static_cast<int>(state.range(0));
    std::int64_t made = 0;
    for (auto _ : state) {
        sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
        for (int i = 0; i < batch; ++i) {
            const std::string id = "call-" + std::to_string(++made);
            sqlite3_bind_text(statement, 1, id.c_str(), -1, SQLITE_TRANSIENT);
            sqlite3_bind_text(statement, 2, id.c_str(), -1, SQLITE_TRANSIENT);
            sqlite3_bind_int64(statement, 3, made);
            sqlite3_step(statement);
            sqlite3_reset(statement);
        }
        sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    }
    state.SetItemsProcessed(state.iterations() * batch);
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

/// Enqueue, claim, accepted, ended: four commits for each hundred calls.
void lifecycle(benchmark::State& state) {
    Stage stage(InTheWay::kNone);
    for (auto _ : state) {
        const SeenClaim claim = stage.claim();
        std::vector<ebra_advance> steps;
        for (const SeenCall& call : claim.calls) {
            ebra_advance step = step_of(EBRA_STEP_ACCEPTED);
            step.call_id = plugin::str(call.id);
            step.placement = 1;
            step.provider_call_id = plugin::str(call.id);
            steps.push_back(step);
        }
        stage.store().advance(kStart, steps);
        stage.renew(claim);
    }
    state.SetItemsProcessed(state.iterations() * kClaimed);
}

BENCHMARK_CAPTURE(claim_of_100, none, InTheWay::kNone)->UseRealTime();
BENCHMARK_CAPTURE(claim_of_100, 100k_parked, InTheWay::kParked)->UseRealTime();
BENCHMARK_CAPTURE(claim_of_100, 100k_pinned, InTheWay::kPinned)->UseRealTime();
BENCHMARK_CAPTURE(claim_of_100, 100k_scheduled, InTheWay::kScheduled)->UseRealTime();
BENCHMARK_CAPTURE(claim_of_100, 100k_capped, InTheWay::kCapped)->UseRealTime();
BENCHMARK_CAPTURE(claim_of_100, 1M_finished, InTheWay::kFinishedCalls)->UseRealTime();
BENCHMARK(enqueue)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(plain_insert)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(lifecycle)->UseRealTime();

}  // namespace
}  // namespace ebra::sqlite::test

BENCHMARK_MAIN();
