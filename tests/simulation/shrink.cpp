#include "shrink.hpp"

#include <algorithm>
#include <cctype>

namespace ebra::simulation {

namespace {

constexpr int kSeedsPerTry = 60;
constexpr std::ptrdiff_t kStoryLinesMax = 60;
constexpr int kRunsMax = 4'000;

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

/// True when `text` speaks of that call and not of "call 17" for "call 1".
bool names(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name);
    if (at == std::string::npos) return false;
    const std::size_t end = at + name.size();
    return end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0;
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
    const Violation* violation = find(report, promise);
    std::string name;
    if (violation != nullptr) {
        const auto known = report.short_names.find(violation->call_id);
        name = known == report.short_names.end() ? violation->call_id : known->second;
    }
    std::vector<std::string> story;
    TimeMs last_named_at = -1;
    for (const HistoryLine& line : report.history) {
        if (violation != nullptr && line.at > violation->at) break;
        const bool is_named = !name.empty() && names(line.text, name);
        if (is_named) last_named_at = line.at;
        // Before its first line and between its others: what nodes went through.
        const bool is_context = line.text.find("call ") == std::string::npos &&
                                line.text.find(" -> ") == std::string::npos;
        const bool is_same_moment =
            last_named_at == line.at && line.text.find("call ") == std::string::npos;
        if (!name.empty() && !is_named && !is_context && !is_same_moment) continue;
        story.push_back(std::to_string(line.at) + " ms  " + line.text);
    }
    if (!name.empty() && story.size() > std::size_t{kStoryLinesMax}) {
        story.erase(story.begin(), story.end() - kStoryLinesMax);
    }
    return story;
}

}  // namespace ebra::simulation
