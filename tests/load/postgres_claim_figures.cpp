// Claims of 100, timed alone: ending what was claimed and refilling what it took is not.
#include "postgres_claimers.hpp"
#include "postgres_figures.hpp"

#include <stdexcept>

namespace ebra::load {

using conformance::SeenClaim;

namespace {

constexpr int kCrowd = 100'000;
constexpr int kClaimed = 100;
constexpr int kClaimsInARound = 20;
constexpr int kReady = 10 * kClaimed;
constexpr int kBacklog = 10'000;

Round claims(Stage& stage) {
    return [&stage] {
        double seconds = 0;
        for (int i = 0; i < kClaimsInARound; ++i) {
            stage.enqueue(kClaimed);
            SeenClaim claim;
            seconds += seconds_of([&] { claim = stage.claim(kClaimed); });
            if (claim.calls.size() != kClaimed) throw std::runtime_error("a claim was short");
            stage.end(claim.calls);
        }
        return kClaimsInARound * kClaimed / seconds;
    };
}

/// Claims in a stage with a crowd beside claims in one with only `ready` calls.
void beside(Bench& bench, const std::string& figure, const std::string& aim, int ready,
            const std::function<void(Stage&)>& fill) {
    Stage none(bench.server), crowded(bench.server);
    for (Stage* stage : {&none, &crowded}) {
        if (stage == &crowded) fill(*stage);
        stage->enqueue(ready);
        stage->analyze();
    }
    bench.pairs.compare(figure, aim, claims(crowded), claims(none));
}

}  // namespace

void claims_beside_crowds(Bench& bench) {
    beside(bench, "claims of 100: 100k behind one busy number / none", ">= 0.9", kReady,
           [](Stage& stage) {
               stage.enqueue(1, [](auto& call) { call.to = "+1busy", call.priority = 9; });
               stage.claim(1);
               stage.add({kCrowd, Crowd::State::kParked, 9, "+1busy"});
           });
    beside(bench, "claims of 100: 100k pinned to a closed provider / none", ">= 0.9", kReady,
           [](Stage& stage) {
               stage.store().set_paused(stage.store().now(), "provider:shut", true);
               stage.add({kCrowd, Crowd::State::kReady, 9, "", "shut"});
           });
    beside(bench, "claims of 100: 100k scheduled for later / none", ">= 0.9", kReady,
           [](Stage& stage) {
               stage.add({kCrowd, Crowd::State::kScheduled});
           });
    beside(bench, "claims of 100: 1 M finished / none", ">= 0.85", kReady, [](Stage& stage) {
        stage.add({10 * kCrowd, Crowd::State::kFinished});
    });
}

void claims_with_backlog(Bench& bench) {
    beside(bench, "claims of 100: backlog 1 M / 10k", ">= 0.9", kBacklog, [](Stage& stage) {
        stage.add({1'000'000, Crowd::State::kReady});
    });
}

void claims_with_long_backlog(Bench& bench) {
    beside(bench, "claims of 100: backlog 5 M / 10k", ">= 0.7", kBacklog, [](Stage& stage) {
        stage.add({5'000'000, Crowd::State::kReady});
    });
}

void claims_with_history(Bench& bench) {
    beside(bench, "claims of 100: 10 M finished / none", ">= 0.85", kReady, [](Stage& stage) {
        stage.add({10'000'000, Crowd::State::kFinished});
    });
}

namespace {

constexpr int kSettled = 8'000;

/// Calls a second from the word to go until all of `kSettled` have ended.
Round settles(Stage& stage, Claimers& claimers) {
    return [&stage, &claimers] {
        stage.enqueue(kSettled);
        int ended = 0;
        const double seconds = seconds_of([&] { ended = claimers.run(); });
        if (ended != kSettled) {
            throw std::runtime_error("of " + std::to_string(kSettled) + " calls " +
                                     std::to_string(ended) + " ended");
        }
        return kSettled / seconds;
    };
}

ClaimersPlan plan_for(const Bench& bench, const Stage& stage, int processes, int threads) {
    return {bench.server_file, bench.server.database, stage.schema(), processes, threads};
}

/// Calls in flight that stay there, so that a cap has them to count.
void fill_slots(Stage& stage, int count) {
    constexpr int kBatch = 1000;
    for (int left = count; left > 0; left -= kBatch) {
        const int now = std::min(left, kBatch);
        stage.enqueue(now);
        stage.claim(static_cast<std::uint32_t>(now));
    }
}

void under_cap(Bench& bench, int cap, int standing, const std::string& aim) {
    Stage capped(bench.server), open(bench.server);
    capped.store().set_max(capped.store().now(), "global", cap);
    capped.store().set_max(capped.store().now(), "provider:sim", cap);
    capped.store().set_rate(capped.store().now(), "global", 1'000'000'000, 1'000'000);
    for (Stage* stage : {&capped, &open}) {
        fill_slots(*stage, standing);
        stage->enqueue(kSettled);
        stage->analyze();
    }
    Claimers of_capped(plan_for(bench, capped, 1, 8)), of_open(plan_for(bench, open, 1, 8));
    of_capped.run();
    of_open.run();
    bench.pairs.compare("claim + settle, 8 claimers, " + std::to_string(standing) +
                            " more in flight: cap " + std::to_string(cap) + " and a rate / none",
                        aim, settles(capped, of_capped), settles(open, of_open));
}

}  // namespace

void claimers_under_caps(Bench& bench) {
    under_cap(bench, 1'000, 200, ">= 0.75");
    under_cap(bench, 30, 0, "-");
    under_cap(bench, 9'000, 8'200, "-");
}

void claimers_over_processes(Bench& bench) {
    Stage stage(bench.server);
    stage.enqueue(kSettled);
    stage.analyze();
    Claimers one(plan_for(bench, stage, 1, 1)), four(plan_for(bench, stage, 4, 1)),
        sixteen(plan_for(bench, stage, 4, 4));
    one.run();
    for (Claimers* claimers : {&four, &sixteen}) {
        stage.enqueue(kSettled);
        claimers->run();
    }
    bench.pairs.compare("claim + settle, 4 processes: 4 claimers / 1", ">= 0.9",
                        settles(stage, four), settles(stage, one));
    bench.pairs.compare("claim + settle, 4 processes: 16 claimers / 4", ">= 0.9",
                        settles(stage, sixteen), settles(stage, four));
}

}  // namespace ebra::load
