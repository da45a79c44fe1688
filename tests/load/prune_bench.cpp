// Method: one process on one store, through the plugin's C ABI. The store is filled with finished
// calls; then claims of 100, their ends and as many new calls go on in rounds, without and with the
// pruner of a node beside them (steps of 200 calls, pauses of three times as long). Printed are the
// ratio of the rates with pruning to those without, pair by pair, how long a claim takes, and how
// fast calls go. Run it alone: bench_prune PLUGIN OPTIONS [FINISHED] [PAIRS]; in the options ${TMP}
// is a fresh folder and ${UNIQUE} a fresh name.
#include "conformance/store_bench.hpp"
#include "log.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <thread>

namespace ebra::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kClaimed = 100;
constexpr int kFillBatch = 1000;
constexpr std::uint32_t kPruneStep = 200;
constexpr int kPausesPerStep = 3;
constexpr std::chrono::seconds kRound{4};
constexpr std::int64_t kNowMs = 20 * kMsPerDay;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class Stage {
 public:
    explicit Stage(Trial& trial) : bench_(trial, false) { bench_.require_retain(); }

    void enqueue(int count, std::int64_t offset_ms) {
        std::vector<NewCall> calls;
        for (int n = 0; n < count; ++n) calls.push_back(numbered(++made_));
        bench_->enqueue(bench_.at(offset_ms), calls);
        expect_status(bench_->status(), EBRA_OK, "enqueue");
    }

    /// Claims and ends so many; returns how long the claim took, in milliseconds.
    double turn(int count, std::int64_t offset_ms) {
        const auto start = Clock::now();
        const SeenClaim claim =
            bench_->claim(bench_.at(offset_ms), static_cast<std::uint32_t>(count), ++token_);
        const double took_ms = seconds_since(start) * 1e3;
        expect_status(claim.status, EBRA_OK, "claim");
        std::vector<NewStep> steps;
        for (const SeenCall& call : claim.calls) {
            steps.push_back(ended(call.id, EBRA_OUTCOME_COMPLETED, 1));
        }
        bench_->take_all(bench_.at(offset_ms), steps);
        expect_status(bench_->status(), EBRA_OK, "advance");
        return took_ms;
    }

    void fill(int finished) {
        for (int done = 0; done < finished; done += kFillBatch) {
            enqueue(kFillBatch, 0);
            (void)turn(kFillBatch, 0);
        }
        enqueue(10 * kClaimed, kNowMs);
    }

    /// Calls a second through enqueue, claim and end.
    double round(std::vector<double>& claims_ms) {
        const auto start = Clock::now();
        int calls = 0;
        for (; Clock::now() - start < kRound; calls += kClaimed) {
            claims_ms.push_back(turn(kClaimed, kNowMs));
            enqueue(kClaimed, kNowMs);
        }
        return calls / seconds_since(start);
    }

    /// What a node does beside, until told to stop. Goes on where it was.
    void prune(const std::atomic<bool>& is_stopping) {
        while (!is_stopping && !is_over_) {
            const auto start = Clock::now();
            const auto report =
                bench_->prune(bench_.at(kNowMs), bench_.at(kNowMs - kMsPerDay), kPruneStep, after_);
            after_ = report.after;
            is_over_ = report.is_over != 0;
            pruned_ += report.calls;
            const int took_ms = static_cast<int>(seconds_since(start) * 1e3);
            poll(nullptr, 0, std::max(kPausesPerStep * took_ms, 5));
        }
    }

    bool is_over() const { return is_over_; }
    std::int64_t pruned() const { return pruned_; }

 private:
    StoreBench bench_;
    int made_ = 0;
    std::uint64_t token_ = 0;
    std::uint64_t after_ = 0;
    std::int64_t pruned_ = 0;
    std::atomic<bool> is_over_{false};
};

double at(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

void run(const Examinee& examinee, int finished, int pairs) {
    Trial trial(examinee);
    Stage stage(trial);
    const auto filling = Clock::now();
    stage.fill(finished);
    std::printf("%d finished calls in %.0f s\n", finished, seconds_since(filling));
    std::vector<double> ratios, alone_ms, beside_ms, rates;
    double pruning_s = 0;
    for (int pair = 0; pair < pairs && !stage.is_over(); ++pair) {
        const double alone = stage.round(alone_ms);
        std::atomic<bool> is_stopping = false;
        const auto start = Clock::now();
        std::thread pruner([&] { stage.prune(is_stopping); });
        const double beside = stage.round(beside_ms);
        is_stopping = true;
        pruner.join();
        pruning_s += seconds_since(start);
        ratios.push_back(beside / alone);
        rates.push_back(alone);
    }
    std::printf("rate with pruning / without: %.2f (%.2f .. %.2f), %.0f calls/s without\n",
                at(ratios, 0.5), at(ratios, 0), at(ratios, 1), at(rates, 0.5));
    std::printf("claim of %d, p50 and p99: %.2f and %.2f ms without, %.2f and %.2f ms with\n",
                kClaimed, at(alone_ms, 0.5), at(alone_ms, 0.99), at(beside_ms, 0.5),
                at(beside_ms, 0.99));
    std::printf("pruned %lld calls, %.0f/s\n", static_cast<long long>(stage.pruned()),
                static_cast<double>(stage.pruned()) / pruning_s);
}

}  // namespace
}  // namespace ebra::conformance

int main(int count, char** words) {
    using namespace ebra::conformance;
    if (count < 3) {
        std::fprintf(stderr, "usage: bench_prune PLUGIN OPTIONS [FINISHED] [PAIRS]\n");
        return 2;
    }
    ebra::log::configure(ebra::log::Level::kError, ebra::log::Format::kText);
    Examinee examinee;
    examinee.plugin_path = words[1];
    examinee.options_template = words[2];
    try {
        run(examinee, count > 3 ? std::atoi(words[3]) : 1'000'000,
            count > 4 ? std::atoi(words[4]) : 7);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_prune: %s\n", error.what());
        return 1;
    }
    return 0;
}
