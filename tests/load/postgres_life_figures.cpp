// What enqueues, wake-ups and whole lives cost, and what a transaction does that stays open.
#include "postgres_figures.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace ebra::load {

using conformance::NewCall;
using conformance::SeenClaim;

namespace {

constexpr int kClaimed = 100;
constexpr int kBatch = 1000;
constexpr int kBatchesInARound = 10;

double number_of(const pqxx::result& rows) {
    return rows[0][0].as<double>();
}

/// COPY of the same texts into a plain table with a key and one partial index.
Round copies(Stage& stage) {
    stage.sql(
        "CREATE TABLE plain_calls (id text PRIMARY KEY, phone text, status int, due_at bigint, "
        "metadata text); CREATE INDEX plain_due ON plain_calls (due_at) WHERE status = 1");
    const Server server = stage.server();
    const std::string schema = stage.schema();
    auto made = std::make_shared<std::int64_t>(0);
    return [server, schema, made] {
        pqxx::connection connection(server.connection_string());
        pqxx::nontransaction(connection).exec("SET search_path TO " + schema);
        const std::string payload(120, 'x');
        return kBatchesInARound * kBatch / seconds_of([&] {
                   for (int round = 0; round < kBatchesInARound; ++round) {
                       pqxx::work work(connection);
                       pqxx::stream_to stream(work, "plain_calls");
                       for (int i = 0; i < kBatch; ++i) {
                           const std::string number = std::to_string(++*made);
                           stream << std::make_tuple("copied-" + number, "+1" + number, 1, *made,
                                                     payload);
                       }
                       stream.complete();
                       work.commit();
                   }
               });
    };
}

/// `clients` threads that enqueue one call at a time, each its own commit.
Round single_enqueues(Stage& stage, int clients, const std::string& prefix) {
    constexpr int kEach = 100;
    auto round = std::make_shared<int>(0);
    return [&stage, clients, prefix, round] {
        ++*round;
        const double seconds = seconds_of([&] {
            std::vector<std::thread> threads;
            for (int client = 0; client < clients; ++client) {
                threads.emplace_back([&, client] {
                    for (int i = 0; i < kEach; ++i) {
                        const std::string id = prefix + std::to_string(*round) + "-" +
                                               std::to_string(client) + "-" + std::to_string(i);
                        stage.store().enqueue(stage.store().now(), {{.id = id, .to = "+" + id}});
                    }
                });
            }
            for (std::thread& thread : threads) thread.join();
        });
        require_answer(stage.store());
        return clients * kEach / seconds;
    };
}

/// Enqueue, claim, accepted, ended: four commits for each hundred calls.
void live(Stage& stage, int calls) {
    for (int done = 0; done < calls; done += kClaimed) {
        stage.enqueue(kClaimed);
        const SeenClaim claim = stage.claim(kClaimed);
        if (claim.calls.size() != kClaimed) throw std::runtime_error("a claim was short");
        stage.accept(claim.calls);
        stage.end(claim.calls);
    }
}

}  // namespace

void enqueue_beside_copy(Bench& bench) {
    Stage stage(bench.server);
    bench.pairs.compare(
        "enqueue 1000 a batch / COPY 1000 a commit into a plain table", ">= 0.7",
        [&] {
            return kBatchesInARound * kBatch /
                   seconds_of([&] { stage.enqueue(kBatchesInARound * kBatch); });
        },
        copies(stage));
}

void wake_ups(Bench& bench) {
    constexpr int kClients = 32;
    const std::string pool = R"(, "pool_size": 32)";
    Stage on(bench.server, pool), off(bench.server, pool + R"(, "wake_ups": "off")");
    // Another node of each listens, as one would.
    StoreFace beside_on(bench.server.options(on.schema())),
        beside_off(bench.server.options(off.schema()));
    bench.pairs.compare("enqueue 1, 32 clients: wake-ups on / off", ">= 0.95",
                        single_enqueues(on, kClients, "on-"),
                        single_enqueues(off, kClients, "off-"));
}

void lifecycles(Bench& bench) {
    Stage stage(bench.server);
    const int calls = 20 * kClaimed;
    std::vector<double> rates;
    live(stage, calls);
    for (int i = 0; i < bench.pairs.count(); ++i) {
        rates.push_back(calls / seconds_of([&] { live(stage, calls); }) / 1000);
    }
    bench.pairs.report("lives of 100 calls, 4 commits, thousand calls/s", "-", rates,
                       "(one client)");
}

/// Bytes of WAL for each call that was enqueued, claimed, accepted and ended, with no checkpoint
/// within: each page that a checkpoint makes new again is written whole once more.
void wal_of_a_call(Bench& bench) {
    constexpr int kCalls = 100'000;
    const auto checkpoints = [](Stage& stage) {
        return number_of(
            stage.sql("SELECT checkpoints_timed + checkpoints_req FROM pg_stat_bgwriter"));
    };
    const auto measure = [&](const std::string& figure, const std::string& aim,
                             const std::string& options) {
        Stage stage(bench.server, options);
        stage.sql("ALTER SYSTEM SET max_wal_size = '8GB'");
        stage.sql("ALTER SYSTEM SET checkpoint_timeout = '1h'");
        stage.sql("SELECT pg_reload_conf()");
        live(stage, 1000);
        stage.sql("CHECKPOINT");
        live(stage, 1000);
        const double before = checkpoints(stage);
        const std::string from =
            stage.sql("SELECT pg_current_wal_insert_lsn()::text")[0][0].c_str();
        live(stage, kCalls);
        const double bytes = number_of(
            stage.sql("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + from + "')"));
        stage.sql("SELECT pg_stat_clear_snapshot()");
        if (checkpoints(stage) != before) throw std::runtime_error("a checkpoint came between");
        stage.sql("ALTER SYSTEM RESET max_wal_size");
        stage.sql("ALTER SYSTEM RESET checkpoint_timeout");
        stage.sql("SELECT pg_reload_conf()");
        bench.pairs.report(figure, aim, {bytes / kCalls / 1024}, "(100,000 calls, batches of 100)");
    };
    measure("WAL per finished call, full history, KiB", "<= 3", "");
}

/// Claims at cap 30 while calls pass, beside a transaction that was opened before and stays: what
/// ended since cannot be cleaned away. Each in a database of its own, as such a transaction holds
/// up all of its database. The ratio is that of the claims' medians, round by round, after all.
void held_open(Bench& bench) {
    constexpr int kCap = 30;
    constexpr int kCalls = 300'000;
    constexpr int kClaimsOfARound = 100;
    Server held_server = bench.server, free_server = bench.server;
    {
        pqxx::connection connection(bench.server.connection_string());
        for (Server* server : {&held_server, &free_server}) {
            server->database = postgres::test::unique_schema();
            pqxx::nontransaction(connection).exec("CREATE DATABASE " + server->database);
        }
    }
    Stage held(held_server), free(free_server);
    const auto open_stage = [&](Stage& stage) {
        stage.store().set_max(stage.store().now(), "global", kCap);
        stage.add({kCalls + 50'000, Crowd::State::kReady});
        stage.analyze();
    };
    open_stage(held);
    open_stage(free);
    pqxx::connection holder(held_server.connection_string());
    pqxx::work open(holder);
    open.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    open.exec("SELECT count(*), pg_current_xact_id() FROM " + held.schema() + ".settings");
    // Milliseconds of the median claim of a round.
    const auto round = [](Stage& stage) {
        std::vector<double> claims_ms;
        for (int i = 0; i < kClaimsOfARound; ++i) {
            SeenClaim claim;
            claims_ms.push_back(1e3 * seconds_of([&] { claim = stage.claim(kClaimed); }));
            if (claim.calls.size() != kCap) throw std::runtime_error("a claim was short");
            stage.end(claim.calls);
        }
        return median_of(claims_ms);
    };
    const int rounds = kCalls / (kCap * kClaimsOfARound);
    for (int i = 0; i < rounds; ++i) {
        const double with = round(held);
        const double without = round(free);
        if (i % 20 == 0) {
            std::printf("held open, after %d calls: claim p50 %.2f ms against %.2f ms\n",
                        i * kCap * kClaimsOfARound, with, without);
            std::fflush(stdout);
        }
    }
    std::vector<double> ratios;
    std::vector<double> last;
    for (int i = 0; i < std::max(bench.pairs.count(), 7); ++i) {
        last.push_back(round(held));
        ratios.push_back(last.back() / round(free));
    }
    char beside[64];
    std::snprintf(beside, sizeof beside, "(claim p50 %.2f ms)", median_of(last));
    bench.pairs.report("claim p50 at cap 30 after 300k calls: a transaction held open / none",
                       "<= 2", ratios, beside);
}

const std::vector<Figure>& figures() {
    static const std::vector<Figure> all = {
        {"crowds", claims_beside_crowds},
        {"backlog", claims_with_backlog},
        {"backlog_5m", claims_with_long_backlog, true},
        {"finished_10m", claims_with_history, true},
        {"caps", claimers_under_caps},
        {"processes", claimers_over_processes},
        {"copy", enqueue_beside_copy},
        {"wake_ups", wake_ups},
        {"lifecycle", lifecycles},
        {"wal", wal_of_a_call},
        {"held_open", held_open, true},
    };
    return all;
}

}  // namespace ebra::load
