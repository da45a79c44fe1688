#include "verdict.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

namespace ebra::ledger {

namespace {

constexpr double kNsPerSecond = 1e9;

std::string place_of(const Dial& dial) {
    return dial.file + ":" + std::to_string(dial.line);
}

void add(Verdict& verdict, Violation violation) {
    ++verdict.violations_total;
    if (verdict.violations.size() < kViolationsShownMax) {
        verdict.violations.push_back(std::move(violation));
    }
}

/// Two dials with one reference are wrong whenever they were.
void check_references(const Ledger& ledger, Verdict& verdict) {
    std::unordered_map<std::string, const Dial*> first;
    for (const Dial& dial : ledger.dials) {
        const auto [found, is_new] = first.emplace(dial.reference, &dial);
        if (is_new) continue;
        add(verdict, {"reference",
                      "the reference " + dial.reference + " was dialed before",
                      {place_of(*found->second), place_of(dial)}});
    }
}

struct Edge {
    std::int64_t at_ns;
    bool is_start;
    const Dial* dial;
};

std::vector<Edge> edges_of(const std::vector<const Dial*>& dials) {
    std::vector<Edge> edges;
    edges.reserve(dials.size() * 2);
    for (const Dial* dial : dials) {
        edges.push_back({dial->from_ns, true, dial});
        edges.push_back({dial->until_ns.value_or(dial->from_ns), false, dial});
    }
    // At one instant: ends of earlier calls; then, as written, dials and ends of calls without
    // length, which may have been one after the other; then ends that nobody knows.
    const auto phase = [](const Edge& edge) {
        if (!edge.is_start && !edge.dial->until_ns) return 2;
        return !edge.is_start && edge.at_ns > edge.dial->from_ns ? 0 : 1;
    };
    std::sort(edges.begin(), edges.end(), [&](const Edge& left, const Edge& right) {
        return std::tuple(left.at_ns, phase(left), left.dial, !left.is_start) <
               std::tuple(right.at_ns, phase(right), right.dial, !right.is_start);
    });
    return edges;
}

/// Walks along one boot's time with the set of calls in flight.
class Sweep {
 public:
    Sweep(const Limits& limits, Verdict& verdict) : limits_(limits), verdict_(verdict) {}

    void pass(const Edge& edge) {
        if (edge.is_start) {
            begin(*edge.dial);
        } else {
            end(*edge.dial);
        }
    }

 private:
    void begin(const Dial& dial) {
        const std::int64_t in_flight = ++in_flight_;
        const std::int64_t of_provider = ++by_provider_[dial.provider];
        verdict_.max_in_flight = std::max(verdict_.max_in_flight, in_flight);
        std::int64_t& most = verdict_.max_by_provider[dial.provider];
        most = std::max(most, of_provider);
        if (limits_.cap && in_flight > *limits_.cap) {
            add(verdict_, {"cap", over_text(in_flight, *limits_.cap, ""), {place_of(dial)}});
        }
        const auto limit = limits_.by_provider.find(dial.provider);
        if (limit != limits_.by_provider.end() && of_provider > limit->second) {
            add(verdict_, {"provider_cap",
                           over_text(of_provider, limit->second, " of provider " + dial.provider),
                           {place_of(dial)}});
        }
        auto& same_number = by_number_[dial.number];
        for (const Dial* other : same_number) {
            add(verdict_, {"number",
                           dial.number + " was dialed while a call to it was in flight",
                           {place_of(*other), place_of(dial)}});
        }
        same_number.insert(&dial);
    }

    void end(const Dial& dial) {
        --in_flight_;
        --by_provider_[dial.provider];
        const auto found = by_number_.find(dial.number);
        found->second.erase(&dial);
        if (found->second.empty()) by_number_.erase(found);
    }

    static std::string over_text(std::int64_t in_flight, std::int64_t limit,
                                 const std::string& whose) {
        return std::to_string(in_flight) + " calls" + whose + " in flight, the cap is " +
               std::to_string(limit);
    }

    const Limits& limits_;
    Verdict& verdict_;
    std::int64_t in_flight_ = 0;
    std::unordered_map<std::string, std::int64_t> by_provider_;
    std::unordered_map<std::string, std::set<const Dial*>> by_number_;
};

/// How full it was on the average from the first dial to the last: the time in which there was
/// work.
void measure_use(const std::vector<const Dial*>& dials, Verdict& verdict) {
    std::int64_t first_ns = dials.front()->from_ns;
    std::int64_t last_ns = first_ns;
    for (const Dial* dial : dials) {
        first_ns = std::min(first_ns, dial->from_ns);
        last_ns = std::max(last_ns, dial->from_ns);
    }
    double in_flight_ns = 0;
    for (const Dial* dial : dials) {
        const std::int64_t until_ns = std::min(dial->until_ns.value_or(dial->from_ns), last_ns);
        in_flight_ns += static_cast<double>(until_ns - dial->from_ns);
    }
    const auto span_ns = static_cast<double>(last_ns - first_ns);
    verdict.span_sec += span_ns / kNsPerSecond;
    verdict.mean_in_flight += in_flight_ns / kNsPerSecond;  // Divided when all boots are summed up.
}

}  // namespace

Verdict judge(const Ledger& ledger, const Limits& limits) {
    Verdict verdict;
    verdict.dials = ledger.dials.size();
    check_references(ledger, verdict);
    std::set<std::string> numbers;
    // Clocks of different boots have nothing to do with each other, and no call outlives one.
    std::map<std::string, std::vector<const Dial*>> by_boot;
    for (const Dial& dial : ledger.dials) {
        numbers.insert(dial.number);
        ++verdict.dials_by_provider[dial.provider];
        verdict.open_ends += dial.until_ns ? 0 : 1;
        by_boot[dial.boot].push_back(&dial);
    }
    verdict.numbers = numbers.size();
    for (const auto& [boot, dials] : by_boot) {
        Sweep sweep(limits, verdict);
        for (const Edge& edge : edges_of(dials)) sweep.pass(edge);
        measure_use(dials, verdict);
    }
    verdict.mean_in_flight = verdict.span_sec > 0 ? verdict.mean_in_flight / verdict.span_sec : 0;
    if (limits.cap && *limits.cap > 0) {
        verdict.cap_use = verdict.mean_in_flight / static_cast<double>(*limits.cap);
    }
    return verdict;
}

}  // namespace ebra::ledger
