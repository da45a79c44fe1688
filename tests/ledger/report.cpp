#include "report.hpp"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ebra::ledger {

std::string text_report(const Ledger& ledger, const Limits& limits, const Verdict& verdict) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1);
    out << "dials          " << verdict.dials << " to " << verdict.numbers << " numbers in "
        << verdict.span_sec << " s\n";
    out << "in flight      at most " << verdict.max_in_flight << ", on the average "
        << verdict.mean_in_flight << "\n";
    if (verdict.cap_use) {
        out << "cap            " << *limits.cap << ", used by " << *verdict.cap_use * 100 << " %\n";
    }
    for (const auto& [provider, dials] : verdict.dials_by_provider) {
        out << "provider       " << provider << ": " << dials << " dials, at most "
            << verdict.max_by_provider.at(provider) << " in flight\n";
    }
    if (verdict.open_ends > 0) {
        out << "unknown ends   " << verdict.open_ends
            << " calls: counted at the instant of their dial only\n";
    }
    if (ledger.torn_lines > 0) out << "torn lines     " << ledger.torn_lines << ", left out\n";
    out << "violations     " << verdict.violations_total << "\n";
    for (const Violation& violation : verdict.violations) {
        out << "  " << violation.rule << ": " << violation.text << " (";
        for (const std::string& line : violation.lines) {
            out << (&line == &violation.lines.front() ? "" : ", ") << line;
        }
        out << ")\n";
    }
    if (verdict.violations.size() < verdict.violations_total) {
        out << "  and " << verdict.violations_total - verdict.violations.size() << " more\n";
    }
    return out.str();
}

std::string json_report(const Ledger& ledger, const Limits& limits, const Verdict& verdict) {
    nlohmann::ordered_json report = {
        {"dials", verdict.dials},
        {"numbers", verdict.numbers},
        {"maxInFlight", verdict.max_in_flight},
        {"meanInFlight", verdict.mean_in_flight},
        {"spanSec", verdict.span_sec},
        {"cap", nullptr},
        {"capUse", nullptr},
        {"ends", ledger.ends},
        {"openEnds", verdict.open_ends},
        {"tornLines", ledger.torn_lines},
        {"providers", nlohmann::ordered_json::object()},
        {"violationCount", verdict.violations_total},
        {"violations", nlohmann::ordered_json::array()},
    };
    if (limits.cap) report["cap"] = *limits.cap;
    if (verdict.cap_use) report["capUse"] = *verdict.cap_use;
    for (const auto& [provider, dials] : verdict.dials_by_provider) {
        report["providers"][provider] = {{"dials", dials},
                                         {"maxInFlight", verdict.max_by_provider.at(provider)}};
    }
    for (const Violation& violation : verdict.violations) {
        report["violations"].push_back(
            {{"rule", violation.rule}, {"text", violation.text}, {"lines", violation.lines}});
    }
    return report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace ebra::ledger
