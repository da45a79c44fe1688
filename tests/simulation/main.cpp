// The seeded simulation: whole engines, one thread, virtual time. See README.md beside this file.
#include "log.hpp"
#include "mutants.hpp"
#include "world.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>

namespace ebra::simulation {

namespace {

struct Options {
    WorldSettings world;
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 1;
    std::string mutant;
    std::string expected;
    bool wants_history = false;
    bool wants_coverage = false;
};

const std::map<std::string, Mutant> kEngineMutants = {
    {"unknown_as_refused", Mutant::kUnknownAsRefused},
    {"acknowledge_before_commit", Mutant::kAcknowledgeBeforeCommit},
    {"reuse_reference", Mutant::kReuseReference},
    {"dial_before_claim_commit", Mutant::kDialBeforeClaimCommit},
    {"retry_unproven", Mutant::kRetryUnproven},
    {"ignore_send_by", Mutant::kIgnoreSendBy},
};

/// What a run over many seeds must have met, each at least this often per thousand seeds.
const std::map<std::string, std::uint64_t> kRequired = {
    {"node killed", 1'000},
    {"node frozen", 1'000},
    {"store away", 1'000},
    {"store stalled", 500},
    {"commit in doubt, undone", 500},
    {"commit in doubt, done", 500},
    {"killed before commit", 100},
    {"killed after commit", 100},
    {"answer lost", 1'000},
    {"request lost", 500},
    {"start refused transient", 1'000},
    {"start refused permanent", 200},
    {"start refused capacity", 500},
    {"start past send_by", 1},
    {"webhook dropped", 500},
    {"webhook late", 500},
    {"webhook repeated", 1'000},
    {"webhook before its call was known", 50},
    {"webhook recorded only", 1'000},
    {"enqueue replayed", 50},
    {"query: found live", 100},
    {"query: found ended", 100},
    {"query: not found", 100},
    {"step enqueued", 90'000},
    {"step claimed", 90'000},
    {"step accepted", 50'000},
    {"step lost", 1'000},
    {"step not_sent", 100},
    {"step refused", 1'000},
    {"step ended", 50'000},
    {"step released", 50},
    {"step retry", 1'000},
    {"step failed", 100},
    {"step given_up", 50},
    {"step canceled", 100},
    {"step patched", 100},
    {"step node_lost", 100},
    {"step recorded only: ended", 100},
    {"call COMPLETED", 50'000},
    {"call FAILED", 1'000},
    {"call CANCELED", 100},
};

void plant_mutant(Options& options) {
    if (options.mutant.empty()) return;
    const auto found = kEngineMutants.find(options.mutant);
    if (found != kEngineMutants.end()) return plant(found->second);
    options.world.store_options = "{\"mutant\":\"" + options.mutant + "\"}";
}

void print_failure(const Options& options, std::uint64_t seed, const RunReport& report) {
    std::printf("seed %llu violates:\n", static_cast<unsigned long long>(seed));
    std::size_t shown = 0;
    for (const Violation& violation : report.violations) {
        if (++shown > 5) break;
        std::printf("  %s: %s\n", violation.promise.c_str(), violation.text.c_str());
    }
    std::printf("replay: ebra-simulation --seed %llu --nodes %u --calls %u%s%s --history\n",
                static_cast<unsigned long long>(seed), options.world.nodes, options.world.calls,
                options.mutant.empty() ? "" : " --mutant ", options.mutant.c_str());
}

bool is_covered(const Tally& tally, std::uint64_t seeds) {
    bool covered = true;
    for (const auto& [what, per_thousand] : kRequired) {
        const auto found = tally.find(what);
        const std::uint64_t seen = found == tally.end() ? 0 : found->second;
        if (seen * 1'000 >= per_thousand * seeds) continue;
        covered = false;
        std::printf("not met often enough: %s: %llu, wanted %llu per 1000 seeds\n", what.c_str(),
                    static_cast<unsigned long long>(seen),
                    static_cast<unsigned long long>(per_thousand));
    }
    return covered;
}

bool is_caught(const RunReport& report, const std::string& promise) {
    return std::any_of(report.violations.begin(), report.violations.end(),
                       [&](const Violation& violation) { return violation.promise == promise; });
}

int run(Options options) {
    log::configure(log::Level::kOff, log::Format::kText);
    plant_mutant(options);
    const auto started = std::chrono::steady_clock::now();
    Tally tally;
    std::int64_t virtual_ms = 0;
    std::uint64_t failed = 0;
    for (std::uint64_t seed = options.first_seed; seed < options.first_seed + options.seeds;
         ++seed) {
        options.world.seed = seed;
        World world(options.world);
        const RunReport report = world.run();
        virtual_ms += report.virtual_ms;
        for (const auto& [what, times] : report.tally) tally[what] += times;
        if (options.wants_history) {
            for (const std::string& line : report.history) std::printf("%s\n", line.c_str());
        }
        if (report.violations.empty()) continue;
        if (options.expected.empty()) print_failure(options, seed, report);
        if (is_caught(report, options.expected)) {
            std::printf("mutant %s: caught at seed %llu by %s\n", options.mutant.c_str(),
                        static_cast<unsigned long long>(seed), options.expected.c_str());
            return 0;
        }
        if (++failed >= 5 && options.expected.empty()) break;
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    for (const auto& [what, times] : tally) {
        std::printf("%10llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
    }
    std::printf("%llu seeds, %.0f s of virtual time in %.1f s (%.0f x), %llu failed\n",
                static_cast<unsigned long long>(options.seeds),
                static_cast<double>(virtual_ms) / 1e3, seconds,
                static_cast<double>(virtual_ms) / 1e3 / seconds,
                static_cast<unsigned long long>(failed));
    if (!options.expected.empty()) {
        std::printf("mutant %s was not caught by %s\n", options.mutant.c_str(),
                    options.expected.c_str());
        return 1;
    }
    if (failed > 0) return 1;
    return options.wants_coverage && !is_covered(tally, options.seeds) ? 1 : 0;
}

}  // namespace

}  // namespace ebra::simulation

int main(int argc, char** argv) {
    ebra::simulation::Options options;
    CLI::App app("Runs whole engines under a seed, in virtual time, and judges them.");
    app.add_option("--seed", options.first_seed, "The first seed");
    app.add_option("--seeds", options.seeds, "How many seeds, one after the other");
    app.add_option("--nodes", options.world.nodes, "Engines on one store")
        ->check(CLI::Range(1, 32));
    app.add_option("--calls", options.world.calls, "Calls per seed")->check(CLI::Range(1, 100000));
    app.add_option("--mutant", options.mutant, "A fault planted on purpose");
    app.add_option("--expect", options.expected, "The promise that must be violated, e.g. P3");
    app.add_flag("--history", options.wants_history, "Print what happened");
    app.add_flag("--coverage", options.wants_coverage, "Require every fault and transition");
    CLI11_PARSE(app, argc, argv);
    return run(std::move(options));
}
