// ebra-postgres-storm: threads in several processes claim and settle against one database, while an
// observer outside it counts. With --terminate server processes are ended at random, with --crash
// the whole server is, again and again. Exit 0: no cap and no number broken, no call lost, none
// given out twice, and the store agrees with itself. Exit 1: something was, and it is told.
#include "postgres_face.hpp"
#include "storm_observer.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <poll.h>
#include <pqxx/pqxx>
#include <random>
#include <set>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using conformance::NewStep;
using conformance::SeenCall;
using Clock = std::chrono::steady_clock;

constexpr int kHotNumbers = 100;
constexpr int kEnqueueBatch = 500;
constexpr int kClaimMax = 50;
constexpr std::int64_t kLeaseMs = 600'000;
constexpr auto kPatience = std::chrono::seconds(60);  // The longest a database may be away.

struct Plan {
    std::string server_file;
    std::string script;
    Server server;
    std::string schema;
    std::string more_options;
    int calls = 4000;
    int cap = 30;
    int processes = 4;
    int threads = 4;
    int limit_s = 250;
    int runs_max = 1;
    bool terminates = false;
    int crash_each_ms = 0;
    std::uint32_t seed = 1;

    std::string options() const { return server.options(schema, more_options); }
};

/// Half of the calls go to a hundred numbers, the others each to one of their own.
std::size_t number_of(std::size_t call) {
    return call % 2 == 0 ? call / 2 % kHotNumbers : kHotNumbers + call;
}

std::string id_of(std::size_t call) {
    return "call-" + std::to_string(call);
}

std::size_t index_of(const SeenCall& call) {
    return static_cast<std::size_t>(std::stoul(call.id.substr(5)));
}

void pause_ms(int milliseconds) {
    poll(nullptr, 0, milliseconds);
}

/// Does something until the store says yes; an answer that may come while it is away is no failure.
template <typename Attempt>
void insist(StoreFace& store, const char* what, Attempt&& attempt) {
    const auto deadline = Clock::now() + kPatience;
    for (;;) {
        const ebra_status status = attempt();
        if (status == EBRA_OK) return;
        const bool may_pass = status == EBRA_UNAVAILABLE || status == EBRA_IN_DOUBT;
        if (!may_pass || Clock::now() > deadline) {
            throw std::runtime_error(std::string(what) + " failed with status " +
                                     std::to_string(status) + ": " + store.message());
        }
        pause_ms(20);
    }
}

/// Opens the store, which may be away just now.
std::unique_ptr<StoreFace> open_store(const Plan& plan) {
    const auto deadline = Clock::now() + kPatience;
    for (;;) {
        auto store = std::make_unique<StoreFace>(plan.options());
        if (store->status() == EBRA_OK) return store;
        if (store->status() != EBRA_UNAVAILABLE || Clock::now() > deadline) {
            throw std::runtime_error("the store does not open: " + store->message());
        }
        pause_ms(20);
    }
}

class Dialer {
 public:
    Dialer(const Plan& plan, StoreFace& store, StormObserver& observer, std::uint32_t seed)
        : plan_(plan),
          store_(store),
          observer_(observer),
          node_("node-" + std::to_string(seed)),
          random_(seed) {}

    void run() {
        const auto deadline = Clock::now() + std::chrono::seconds(plan_.limit_s);
        auto next_renewal = Clock::now();
        while (observer_.over_count() < plan_.calls) {
            if (Clock::now() > deadline) throw std::runtime_error("no end is in sight");
            if (Clock::now() >= next_renewal) {
                insist(store_, "a lease",
                       [&] { return store_.renew(store_.now(), kLeaseMs, node_); });
                next_renewal = Clock::now() + std::chrono::milliseconds(kLeaseMs / 4);
            }
            const std::vector<SeenCall> calls = claim();
            if (calls.empty()) {
                pause_ms(1);
                continue;
            }
            settle(calls);
        }
    }

 private:
    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_()) % below;
    }

    std::vector<SeenCall> claim() {
        const std::uint64_t token = (std::uint64_t{random_()} << 32 | random_()) | 1;
        auto claim = store_.claim(store_.now(), 1 + pick(kClaimMax), token, {"sim"}, node_);
        std::vector<SeenCall> calls = std::move(claim.calls);
        if (claim.status != EBRA_OK) {
            if (claim.status != EBRA_UNAVAILABLE && claim.status != EBRA_IN_DOUBT) {
                throw std::runtime_error("a claim failed: " + store_.message());
            }
            // What was claimed in doubt is read back by its token, and is ours.
            insist(store_, "a look for a claim in doubt", [&] {
                calls = store_.find(EBRA_FIND_CLAIM, "", "", token);
                return store_.status();
            });
            std::erase_if(calls, [](auto& call) { return call.state != EBRA_PLACEMENT_CLAIMED; });
        }
        for (const SeenCall& call : calls) {
            observer_.began(index_of(call), number_of(index_of(call)));
        }
        return calls;
    }

    void settle(const std::vector<SeenCall>& calls) {
        pause_ms(static_cast<int>(pick(3)));
        std::vector<NewStep> steps;
        for (const SeenCall& call : calls) {
            NewStep step{.step = EBRA_STEP_ENDED, .call_id = call.id, .placement = call.number};
            step.outcome = EBRA_OUTCOME_COMPLETED;
            if (pick(20) == 0) {
                step.step = EBRA_STEP_RELEASE;
                step.outcome = 0;
                step.claim = call.claim;
            }
            steps.push_back(step);
            observer_.ends(index_of(call), number_of(index_of(call)));
        }
        insist(store_, "settling", [&] {
            const auto items = store_.take_all(store_.now(), steps);
            if (store_.status() != EBRA_OK) return store_.status();
            for (std::size_t i = 0; i < items.size(); ++i) note(calls[i], steps[i], items[i]);
            return ebra_status{EBRA_OK};
        });
    }

    void note(const SeenCall& call, const NewStep& step, const conformance::SeenItem& item) {
        const bool is_taken = item.status == EBRA_OK || item.status == EBRA_ALREADY;
        if (!is_taken) {
            throw std::runtime_error("step " + std::to_string(step.step) + " for " + call.id +
                                     " was refused with " + std::to_string(item.status));
        }
        if (step.step == EBRA_STEP_ENDED) observer_.is_over(index_of(call));
    }

    const Plan& plan_;
    StoreFace& store_;
    StormObserver& observer_;
    const std::string node_;
    std::mt19937 random_;
};

/// One process: one instance of the store and some threads.
int run_process(const Plan& plan, StormObserver& observer, std::uint32_t seed) {
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < plan.threads; ++i) {
        threads.emplace_back([&, i] {
            try {
                const auto opened = open_store(plan);
                StoreFace& store = *opened;
                Dialer(plan, store, observer, seed + static_cast<std::uint32_t>(i)).run();
            } catch (const std::exception& error) {
                std::fprintf(stderr, "process %u: %s\n", seed, error.what());
                ++failures;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    return failures == 0 ? 0 : 1;
}

void enqueue_all(StoreFace& store, const Plan& plan) {
    for (int first = 0; first < plan.calls; first += kEnqueueBatch) {
        std::vector<NewCall> calls;
        for (int i = first; i < std::min(first + kEnqueueBatch, plan.calls); ++i) {
            const auto call = static_cast<std::size_t>(i);
            calls.push_back({.id = id_of(call), .to = "+1" + std::to_string(number_of(call))});
        }
        insist(store, "enqueuing", [&] {
            const auto items = store.enqueue(store.now(), calls);
            if (store.status() != EBRA_OK) return store.status();
            const bool is_sound = std::all_of(items.begin(), items.end(), [](auto& item) {
                return item.status == EBRA_OK || item.status == EBRA_ALREADY;
            });
            return is_sound ? ebra_status{EBRA_OK} : ebra_status{EBRA_INTERNAL};
        });
    }
}

class Weather {
 public:
    explicit Weather(const Plan& plan) : plan_(plan), random_(plan.seed) {}

    /// One blow, if it is time.
    void blow() {
        if (plan_.terminates && Clock::now() >= next_termination_) {
            next_termination_ = Clock::now() + std::chrono::milliseconds(20 + random_() % 150);
            terminate();
        }
        if (plan_.crash_each_ms > 0 && Clock::now() >= next_crash_) {
            const std::string command = plan_.script + " crash " + plan_.server_file;
            if (std::system(command.c_str()) == 0) ++crashes_;
            // From when it is back: a busy machine may take longer to recover than from crash to
            // crash.
            next_crash_ = Clock::now() + std::chrono::milliseconds(plan_.crash_each_ms);
        }
    }

    int terminations() const { return terminations_; }
    int crashes() const { return crashes_; }

 private:
    void terminate() {
        try {
            pqxx::connection connection(plan_.server.connection_string());
            pqxx::nontransaction work(connection);
            const pqxx::result ended = work.exec(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity "
                "WHERE application_name = " +
                work.quote(plan_.schema) + " ORDER BY random() LIMIT 2) AS chosen");
            terminations_ += static_cast<int>(ended.size());
        } catch (const pqxx::failure&) {
            // The server is on its way back from a crash.
            return;
        }
    }

    const Plan& plan_;
    std::mt19937 random_;
    Clock::time_point next_termination_ = Clock::now();
    Clock::time_point next_crash_ = Clock::now() + std::chrono::milliseconds(plan_.crash_each_ms);
    int terminations_ = 0;
    int crashes_ = 0;
};

/// Waits for the processes while the weather blows; how many of them failed.
int wait_for(std::vector<pid_t> processes, Weather& weather) {
    int failures = 0;
    while (!processes.empty()) {
        weather.blow();
        pause_ms(5);
        std::erase_if(processes, [&](pid_t process) {
            int status = 0;
            if (waitpid(process, &status, WNOHANG) != process) return false;
            failures += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
            return true;
        });
    }
    return failures;
}

int judge(const Plan& plan, const StormObserver& observer, int failures) {
    std::string wrong = observer.violations();
    if (failures > 0) wrong += std::to_string(failures) + " processes failed\n";
    const auto opened = open_store(plan);
    StoreFace& store = *opened;
    insist(store, "counting", [&] {
        store.counts();
        return store.status();
    });
    const ebra_counts counts = store.counts();
    if (counts.completed != plan.calls) {
        wrong += std::to_string(plan.calls) + " calls were acknowledged, " +
                 std::to_string(counts.completed) + " are COMPLETED, " +
                 std::to_string(counts.pending) + " PENDING, " +
                 std::to_string(counts.in_progress) + " IN_PROGRESS\n";
    }
    for (const std::string& line : store.check(store.now())) wrong += line + "\n";
    if (wrong.empty()) return 0;
    std::fprintf(stderr, "%s", wrong.c_str());
    return 1;
}

int run(const Plan& plan) {
    {
        StoreFace store(plan.options());
        if (store.status() != EBRA_OK) throw std::runtime_error(store.message());
        insist(store, "the cap", [&] { return store.set_max(store.now(), "global", plan.cap); });
        enqueue_all(store, plan);
    }
    StormObserver observer(plan.cap, static_cast<std::size_t>(plan.calls),
                           static_cast<std::size_t>(kHotNumbers + plan.calls));
    const auto started = Clock::now();
    std::vector<pid_t> processes;
    for (int i = 0; i < plan.processes; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            const auto seed = plan.seed * 1000 + static_cast<std::uint32_t>(i * plan.threads);
            _exit(run_process(plan, observer, seed));
        }
        processes.push_back(child);
    }
    Weather weather(plan);
    const int failures = wait_for(processes, weather);
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    const int verdict = judge(plan, observer, failures);
    std::printf(
        "cap %d: %d calls in %.1f s, %.0f/s, at most %d at once, %d server processes ended, "
        "%d crashes: %s\n",
        plan.cap, plan.calls, seconds, plan.calls / seconds, observer.highest(),
        weather.terminations(), weather.crashes(), verdict == 0 ? "sound" : "BROKEN");
    return verdict;
}

}  // namespace
}  // namespace ebra::postgres::test

int main(int count, char** words) {
    using namespace ebra::postgres::test;
    CLI::App app("Many dialers on one database, watched from outside.");
    Plan plan;
    std::vector<int> caps = {30};
    app.add_option("server", plan.server_file, "The file that server.sh start has written")
        ->required();
    app.add_option("--script", plan.script, "server.sh, for --crash-each-ms");
    app.add_option("--calls", plan.calls, "Calls for each cap");
    app.add_option("--cap", caps, "Caps, one run each");
    app.add_option("--processes", plan.processes, "Processes");
    app.add_option("--threads", plan.threads, "Threads in each");
    app.add_option("--limit-s", plan.limit_s, "Seconds a run may take");
    app.add_option("--options", plan.more_options,
                   "More options of the store, beginning with a comma");
    app.add_option("--runs", plan.runs_max,
                   "Runs for each cap; the first that is broken is the last");
    app.add_option("--crash-each-ms", plan.crash_each_ms,
                   "Crash the server when it has been there for so long");
    app.add_flag("--terminate", plan.terminates, "End server processes at random");
    app.add_option("--seed", plan.seed, "Seed; a failure is replayed with it");
    CLI11_PARSE(app, count, words);
    std::printf("seed %u\n", plan.seed);
    int verdict = 0;
    try {
        plan.server = Server::of_file(plan.server_file);
        for (const int cap : caps) {
            plan.cap = cap;
            for (int i = 0; i < plan.runs_max && verdict == 0; ++i) {
                plan.schema = unique_schema();
                verdict = run(plan);
                std::fflush(stdout);
            }
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ebra-postgres-storm: %s\n", error.what());
        verdict = 1;
    }
    return verdict;
}
