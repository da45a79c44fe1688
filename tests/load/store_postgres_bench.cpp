// Method: one process on one private server with its stock settings, through the plugin's C ABI.
// Each comparison is interleaved: a round of A, a round of B, and so on; what is printed is the
// median of the ratios of the pairs with its quartiles. Only the call under test is timed; what
// refills the store between is not. Quote the ratios, not the figures, and run it alone:
// bench_store_postgres SERVER_FILE [PAIRS], with the file that tests/postgres/server.sh start has
// written.
#include "postgres_face.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <stdexcept>
#include <thread>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using conformance::NewStep;
using conformance::SeenCall;
using conformance::SeenClaim;
using Clock = std::chrono::steady_clock;

constexpr int kBlocked = 100'000;
constexpr int kClaimed = 100;
constexpr int kBatch = 1000;
constexpr int kClaimsInARound = 10;

void require(StoreFace& store) {
    if (store.status() != EBRA_OK)
        throw std::runtime_error("the store refused: " + store.message());
}

/// A store with calls to claim.
class Stage {
 public:
    explicit Stage(const Server& server) : schema_(unique_schema()), server_(server) {
        store_ = std::make_unique<StoreFace>(server.options(schema_));
        require(*store_);
        store_->renew(store_->now(), 1'000'000'000);
        require(*store_);
    }

    StoreFace& store() { return *store_; }
    const std::string& schema() const { return schema_; }

    template <typename Shape>
    void enqueue(int count, Shape&& shape) {
        for (int done = 0; done < count; done += kBatch) {
            std::vector<NewCall> calls;
            for (int i = done; i < std::min(done + kBatch, count); ++i) {
                const std::string id = "call-" + std::to_string(++made_);
                calls.push_back({.id = id, .to = "+1" + std::to_string(made_)});
                shape(calls.back());
            }
            store_->enqueue(store_->now(), calls);
            require(*store_);
        }
    }

    void refill(int count) {
        enqueue(count, [](NewCall&) {});
    }

    std::vector<SeenCall> claim(std::uint32_t limit) {
        auto claim = store_->claim(store_->now(), limit, ++token_, {"sim", "shut"});
        require(*store_);
        return claim.calls;
    }

    void end(const std::vector<SeenCall>& calls) {
        std::vector<NewStep> steps;
        for (const SeenCall& call : calls) {
            NewStep step{.step = EBRA_STEP_ENDED, .call_id = call.id, .placement = call.number};
            step.outcome = EBRA_OUTCOME_COMPLETED;
            steps.push_back(step);
        }
        store_->take_all(store_->now(), steps);
        require(*store_);
    }

    /// What a busy database has from autovacuum within a minute.
    void analyze() {
        pqxx::connection connection(server_.connection_string());
        pqxx::nontransaction(connection).exec("VACUUM ANALYZE");
    }

 private:
    const std::string schema_;
    const Server& server_;
    std::unique_ptr<StoreFace> store_;
    std::uint64_t token_ = 0;
    std::int64_t made_ = 0;
};

using Round = std::function<double()>;  ///< Runs once and gives calls a second.

double seconds_of(const std::function<void()>& body) {
    const auto started = Clock::now();
    body();
    return std::chrono::duration<double>(Clock::now() - started).count();
}

double at(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

void compare(const char* what, int pairs, const Round& measured, const Round& base) {
    std::vector<double> ratios, left, right;
    measured();
    base();
    for (int i = 0; i < pairs; ++i) {
        left.push_back(measured());
        right.push_back(base());
        ratios.push_back(left.back() / right.back());
    }
    std::printf("%-52s %6.2f (%.2f..%.2f)   %8.0f/s against %8.0f/s\n", what, at(ratios, 0.5),
                at(ratios, 0.25), at(ratios, 0.75), at(left, 0.5), at(right, 0.5));
    std::fflush(stdout);
}

/// Claims of 100; ending and refilling is not timed.
Round claims(Stage& stage) {
    return [&stage] {
        double seconds = 0;
        for (int i = 0; i < kClaimsInARound; ++i) {
            stage.refill(kClaimed);
            std::vector<SeenCall> calls;
            seconds += seconds_of([&] { calls = stage.claim(kClaimed); });
            if (calls.size() != kClaimed) throw std::runtime_error("a claim was short");
            stage.end(calls);
        }
        return kClaimsInARound * kClaimed / seconds;
    };
}

/// Claim and settle by several threads on what lies ready.
Round claim_and_settle(Stage& stage, const Server& server, int threads, int calls) {
    return [&stage, &server, threads, calls] {
        stage.refill(calls);
        std::atomic<int> ended = 0;
        const double seconds = seconds_of([&] {
            std::vector<std::thread> dialers;
            for (int i = 0; i < threads; ++i) {
                dialers.emplace_back([&, i] {
                    StoreFace store(server.options(stage.schema(), R"(, "pool_size": 2)"));
                    const std::string node = "dialer-" + std::to_string(i);
                    store.renew(store.now(), 1'000'000'000, node);
                    for (std::uint64_t token = static_cast<std::uint64_t>(i + 1) << 32;
                         ended < calls; ++token) {
                        const auto claim = store.claim(store.now(), kClaimed, token, {"sim"}, node);
                        std::vector<NewStep> steps;
                        for (const SeenCall& call : claim.calls) {
                            NewStep step{.step = EBRA_STEP_ENDED, .call_id = call.id};
                            step.placement = call.number;
                            step.outcome = EBRA_OUTCOME_COMPLETED;
                            steps.push_back(step);
                        }
                        if (steps.empty()) continue;
                        store.take_all(store.now(), steps);
                        require(store);
                        ended += static_cast<int>(steps.size());
                    }
                });
            }
            for (std::thread& dialer : dialers) dialer.join();
        });
        return calls / seconds;
    };
}

/// Enqueue, claim, accepted, ended: four commits for each hundred calls.
Round lifecycles(Stage& stage) {
    return [&stage] {
        const double seconds = seconds_of([&] {
            for (int i = 0; i < kClaimsInARound; ++i) {
                stage.refill(kClaimed);
                const auto calls = stage.claim(kClaimed);
                std::vector<NewStep> steps;
                for (const SeenCall& call : calls) {
                    NewStep step{.step = EBRA_STEP_ACCEPTED, .call_id = call.id};
                    step.placement = call.number;
                    step.provider = "sim";
                    step.provider_call_id = "p-" + call.id;
                    steps.push_back(step);
                }
                stage.store().take_all(stage.store().now(), steps);
                require(stage.store());
                stage.end(calls);
            }
        });
        return kClaimsInARound * kClaimed / seconds;
    };
}

Round enqueues(Stage& stage, int batch) {
    return [&stage, batch] {
        return 10 * batch / seconds_of([&] {
                   for (int i = 0; i < 10; ++i) stage.refill(batch);
               });
    };
}

/// COPY of the same texts into a plain table with a key and one partial index.
Round copies(const Server& server, int rows) {
    auto connection = std::make_shared<pqxx::connection>(server.connection_string());
    pqxx::nontransaction(*connection)
        .exec(
            "CREATE TABLE IF NOT EXISTS plain_calls (id text PRIMARY KEY, phone text, status int, "
            "due_at bigint, metadata text); CREATE INDEX IF NOT EXISTS plain_due ON plain_calls "
            "(due_at) WHERE status = 1");
    auto made = std::make_shared<std::int64_t>(0);
    return [connection, made, rows] {
        return 10 * rows / seconds_of([&] {
                   for (int round = 0; round < 10; ++round) {
                       pqxx::work work(*connection);
                       pqxx::stream_to stream(work, "plain_calls");
                       for (int i = 0; i < rows; ++i) {
                           const std::string id = unique_schema() + std::to_string(++*made);
                           stream << std::make_tuple(id, "+1" + id, 1, *made, std::string("{}"));
                       }
                       stream.complete();
                       work.commit();
                   }
               });
    };
}

void run(const Server& server, int pairs) {
    Stage none(server);
    none.refill(10 * kClaimed);
    const auto blocked = [&](const char* what, const std::function<void(Stage&)>& fill) {
        Stage stage(server);
        fill(stage);
        stage.refill(10 * kClaimed);
        stage.analyze();
        compare(what, pairs, claims(stage), claims(none));
    };
    blocked("claim 100: 100k behind one busy number / none", [](Stage& stage) {
        stage.enqueue(kBlocked, [](NewCall& call) { call.to = "+1busy", call.priority = 9; });
        stage.claim(1);
    });
    blocked("claim 100: 100k pinned to a closed provider / none", [](Stage& stage) {
        stage.store().set_paused(stage.store().now(), "provider:shut", true);
        stage.enqueue(kBlocked, [](NewCall& call) { call.provider = "shut", call.priority = 9; });
    });
    blocked("claim 100: 100k scheduled for later / none", [](Stage& stage) {
        const ebra_time_ms later = stage.store().now() + 36'000'000;
        stage.enqueue(kBlocked, [&](NewCall& call) { call.not_before = later; });
    });
    blocked("claim 100: 100k more ready calls / none",
            [](Stage& stage) { stage.refill(kBlocked); });
    {
        Stage capped(server);
        Stage open(server);
        capped.store().set_max(capped.store().now(), "global", 1000);
        capped.store().set_rate(capped.store().now(), "global", 1'000'000'000, 1'000'000);
        compare("claim + settle, 8 claimers: cap 1000 and rate / none", pairs,
                claim_and_settle(capped, server, 8, 8000), claim_and_settle(open, server, 8, 8000));
        compare("claim + settle, no cap: 4 claimers / 1", pairs,
                claim_and_settle(open, server, 4, 8000), claim_and_settle(open, server, 1, 8000));
    }
    Stage fresh(server);
    compare("lifecycle of 100 / claim of 100", pairs, lifecycles(fresh), claims(none));
    compare("enqueue 1000 / COPY 1000", pairs, enqueues(fresh, 1000), copies(server, 1000));
    compare("enqueue 1 / COPY 1", pairs, enqueues(fresh, 1), copies(server, 1));
}

}  // namespace
}  // namespace ebra::postgres::test

int main(int count, char** words) {
    if (count < 2) {
        std::fprintf(stderr, "usage: bench_store_postgres SERVER_FILE [PAIRS]\n");
        return 2;
    }
    try {
        using ebra::postgres::test::Server;
        const Server server = Server::of_file(words[1]);
        ebra::postgres::test::run(server, count > 2 ? std::atoi(words[2]) : 7);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_store_postgres: %s\n", error.what());
        return 1;
    }
    return 0;
}
