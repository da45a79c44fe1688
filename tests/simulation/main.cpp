// The seeded simulation: whole engines, one thread, virtual time. See README.md beside this file.
#include "coverage.hpp"
#include "log.hpp"
#include "mutants.hpp"
#include "shrink.hpp"
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
    std::string store = "memory";
    bool wants_history = false;
    bool wants_coverage = false;
    bool wants_shrink = false;
};

constexpr std::uint64_t kFailuresMax = 5;
constexpr std::size_t kViolationsShown = 5;

void plant_mutant(Options& options) {
    if (options.mutant.empty()) return;
    const Mutant known = mutant_named(options.mutant);
    plant(known);
    // What the engine does not know is the store's.
    if (known == Mutant::kNone) options.world.store_mutant = options.mutant;
}

std::string command(const Options& options, const WorldSettings& world) {
    std::string line = "ebra-simulation --seed " + std::to_string(world.seed) + " --nodes " +
                       std::to_string(world.nodes) + " --calls " + std::to_string(world.calls) +
                       " --numbers " + std::to_string(world.numbers);
    if (world.disabled_faults != 0) line += " --without " + std::to_string(world.disabled_faults);
    if (options.store != "memory") line += " --store " + options.store;
    if (!options.mutant.empty()) line += " --mutant " + options.mutant;
    return line + " --history";
}

void print_failure(const Options& options, const RunReport& report) {
    std::printf("seed %llu violates:\n", static_cast<unsigned long long>(options.world.seed));
    std::size_t shown = 0;
    for (const Violation& violation : report.violations) {
        if (++shown > kViolationsShown) break;
        const auto name = report.short_names.find(violation.call_id);
        std::printf(
            "  %s: %s %s\n", violation.promise.c_str(),
            name == report.short_names.end() ? violation.call_id.c_str() : name->second.c_str(),
            violation.text.c_str());
    }
    std::printf("replay: %s\n", command(options, options.world).c_str());
}

void shrink_and_print(const Options& options, const RunReport& report) {
    // One that names a call tells more than one that only counts.
    const Violation* chosen = &report.violations.front();
    for (const Violation& violation : report.violations) {
        if (chosen->call_id.empty() && !violation.call_id.empty()) chosen = &violation;
        if (violation.promise == options.expected) chosen = &violation;
    }
    const Shrunk shrunk = shrink(options.world, chosen->promise);
    std::printf("shrunk to %u nodes, %u calls, %u numbers, %d of %d kinds of fault; %d runs\n",
                shrunk.settings.nodes, shrunk.settings.calls, shrunk.settings.numbers,
                shrunk.fault_kinds, static_cast<int>(kFaultKinds), shrunk.runs);
    for (const std::string& line : shrunk.story) std::printf("%s\n", line.c_str());
    std::printf("replay: %s\n", command(options, shrunk.settings).c_str());
}

bool is_caught(const RunReport& report, const std::string& promise) {
    return std::any_of(report.violations.begin(), report.violations.end(),
                       [&](const Violation& violation) { return violation.promise == promise; });
}

/// Runs all seeds; how many violated something. Stops early when a mutant was caught.
class Session {
 public:
    explicit Session(Options options) : options_(std::move(options)) {}

    int run();

 private:
    void run_one(std::uint64_t seed);
    int verdict();
    void print_totals(double seconds) const;

    Options options_;
    Coverage coverage_;
    std::map<std::string, std::uint64_t> caught_by_;
    std::int64_t virtual_ms_ = 0;
    std::uint64_t done_ = 0;
    std::uint64_t failed_ = 0;
    bool is_caught_ = false;
};

void Session::run_one(std::uint64_t seed) {
    options_.world.seed = seed;
    World world(options_.world);
    const RunReport report = world.run();
    ++done_;
    virtual_ms_ += report.virtual_ms;
    coverage_.add(report.tally);
    if (options_.wants_history) {
        for (const std::string& line : story_of(report, "")) std::printf("%s\n", line.c_str());
    }
    if (report.violations.empty()) return;
    ++failed_;
    for (const Violation& violation : report.violations) ++caught_by_[violation.promise];
    if (options_.expected.empty()) print_failure(options_, report);
    if (options_.wants_shrink) shrink_and_print(options_, report);
    is_caught_ |= is_caught(report, options_.expected);
}

int Session::run() {
    log::configure(log::Level::kOff, log::Format::kText);
    plant_mutant(options_);
    options_.world.keeps_history = options_.wants_history;
    options_.world.store = options_.store == "sqlite" ? StoreKind::kSqlite : StoreKind::kMemory;
    const auto started = std::chrono::steady_clock::now();
    const std::uint64_t end = options_.first_seed + options_.seeds;
    for (std::uint64_t seed = options_.first_seed; seed < end && !is_caught_; ++seed) {
        run_one(seed);
        if (options_.expected.empty() && failed_ >= kFailuresMax) break;
        if (options_.wants_shrink && failed_ > 0) break;
    }
    print_totals(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    return verdict();
}

void Session::print_totals(double seconds) const {
    if (options_.expected.empty()) coverage_.print();
    const double virtual_s = static_cast<double>(virtual_ms_) / 1e3;
    std::printf("%llu seeds on %s, %.0f s of virtual time in %.1f s (%.0f x), %llu failed\n",
                static_cast<unsigned long long>(done_), options_.store.c_str(), virtual_s, seconds,
                virtual_s / seconds, static_cast<unsigned long long>(failed_));
}

int Session::verdict() {
    if (options_.expected.empty()) {
        if (failed_ > 0) return 1;
        return options_.wants_coverage && !coverage_.is_enough(done_) ? 1 : 0;
    }
    for (const auto& [promise, times] : caught_by_) {
        std::printf("mutant %s: %s violated %llu times\n", options_.mutant.c_str(), promise.c_str(),
                    static_cast<unsigned long long>(times));
    }
    std::printf("mutant %s was %s by %s after %llu seeds\n", options_.mutant.c_str(),
                is_caught_ ? "caught" : "NOT caught", options_.expected.c_str(),
                static_cast<unsigned long long>(done_));
    return is_caught_ ? 0 : 1;
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
    app.add_option("--numbers", options.world.numbers, "Numbers they go to")
        ->check(CLI::Range(1, 9000));
    app.add_option("--without", options.world.disabled_faults,
                   "Kinds of fault that do not happen, a bit each");
    app.add_option("--store", options.store, "memory or sqlite")
        ->check(CLI::IsMember({"memory", "sqlite"}));
    app.add_option("--mutant", options.mutant, "A fault planted on purpose");
    app.add_option("--expect", options.expected, "The promise that must be violated, e.g. P3");
    app.add_flag("--history", options.wants_history, "Print what happened");
    app.add_flag("--shrink", options.wants_shrink, "Make a failure small and tell its story");
    app.add_flag("--coverage", options.wants_coverage, "Require every fault and transition");
    CLI11_PARSE(app, argc, argv);
    return ebra::simulation::Session(std::move(options)).run();
}
