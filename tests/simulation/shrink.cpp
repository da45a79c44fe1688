#include "shrink.hpp"

#include <algorithm>
#include <optional>

namespace ebra::simulation {

namespace {

constexpr int kSeedsPerTry = 60;
constexpr int kRunsMax = 8'000;

class Shrinker {
 public:
    Shrinker(WorldSettings failing, std::string promise)
        : best_(std::move(failing)), promise_(std::move(promise)) {}

    Shrunk run();

 private:
    bool fails(WorldSettings candidate);
    void drop_faults();
    template <typename Field>
    void lower(Field field, std::uint32_t least);

    WorldSettings best_;
    const std::string promise_;
    int runs_ = 0;
};

const Violation* find(const RunReport& report, const std::string& promise) {
    for (const Violation& violation : report.violations) {
        if (violation.promise == promise) return &violation;
    }
    return nullptr;
}

/// Tries the candidate under a few seeds and keeps it when it still fails.
bool Shrinker::fails(WorldSettings candidate) {
    for (int n = 0; n < kSeedsPerTry && runs_ < kRunsMax; ++n, ++candidate.seed) {
        ++runs_;
        const RunReport report = World(candidate).run();
        if (find(report, promise_) == nullptr) continue;
        best_ = candidate;
        return true;
    }
    return false;
}

void Shrinker::drop_faults() {
    for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
        WorldSettings candidate = best_;
        candidate.disabled_faults |= std::uint64_t{1} << kind;
        if (candidate.disabled_faults != best_.disabled_faults) (void)fails(candidate);
    }
}

template <typename Field>
void Shrinker::lower(Field field, std::uint32_t least) {
    std::uint32_t step = best_.*field / 2;
    while (step > 0) {
        WorldSettings candidate = best_;
        candidate.*field = std::max(least, best_.*field - std::min(step, best_.*field));
        if (candidate.*field >= best_.*field || !fails(candidate)) step /= 2;
    }
}

Shrunk Shrinker::run() {
    for (int round = 0; round < 2; ++round) {
        lower(&WorldSettings::calls, 1);
        drop_faults();
        lower(&WorldSettings::nodes, 1);
        lower(&WorldSettings::numbers, 1);
    }
    Shrunk made;
    made.settings = best_;
    made.fault_kinds = static_cast<int>(kFaultKinds) - __builtin_popcountll(best_.disabled_faults);
    made.runs = runs_;
    WorldSettings told = best_;
    told.keeps_history = true;
    const RunReport report = World(told).run();
    made.story = story_of(report, promise_);
    const Violation* violation = find(report, promise_);
    if (violation != nullptr) {
        made.story.push_back("violates " + violation->promise + ": " + violation->text);
    }
    return made;
}

}  // namespace

Shrunk shrink(const WorldSettings& failing, const std::string& promise) {
    return Shrinker(failing, promise).run();
}

std::vector<std::string> story_of(const RunReport& report, const std::string& promise) {
    std::string subject;
    if (const Violation* violation = find(report, promise); violation != nullptr) {
        subject = violation->call_id;
    }
    const auto short_name = report.short_names.find(subject);
    const std::string name = short_name == report.short_names.end() ? "" : short_name->second;
    const auto concerns = [&](const std::string& line) {
        if (subject.empty()) return true;
        if (line.find("call ") == std::string::npos && line.find("  ") == std::string::npos) {
            return true;
        }
        const std::size_t at = line.find(name);
        const bool is_whole = !name.empty() && at != std::string::npos &&
                              (at + name.size() == line.size() ||
                               !std::isdigit(static_cast<unsigned char>(line[at + name.size()])));
        return is_whole || line.find(subject) != std::string::npos;
    };
    std::vector<std::string> story;
    for (const HistoryLine& line : report.history) {
        if (concerns(line.text)) story.push_back(std::to_string(line.at) + " ms  " + line.text);
    }
    return story;
}

}  // namespace ebra::simulation
