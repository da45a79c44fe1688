// ebra-ledger: the command line of the independent checker.
#include "ledger.hpp"
#include "report.hpp"
#include "verdict.hpp"

#include <CLI/CLI.hpp>
#include <cstring>
#include <fstream>
#include <iostream>

namespace {

constexpr int kExitViolation = 1;
constexpr int kExitUnusable = 2;

using ebra::ledger::Ledger;
using ebra::ledger::Limits;
using ebra::ledger::Unusable;

/// "NAME=N" into the limits.
void add_provider_cap(const std::string& text, Limits& limits) {
    const std::size_t equals = text.rfind('=');
    std::int64_t cap = 0;
    const bool is_complete = equals != std::string::npos && equals > 0;
    if (!is_complete || !CLI::detail::lexical_cast(text.substr(equals + 1), cap) || cap < 0) {
        throw Unusable("--provider-cap \"" + text + "\" is not NAME=N, e.g. sim=10");
    }
    limits.by_provider[text.substr(0, equals)] = cap;
}

void read_file(const std::string& path, Ledger& ledger) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Unusable(path + ": can not be opened: " + std::strerror(errno));
    ebra::ledger::read_ledger(file, path, ledger);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Checks a simulator's ledger: never more calls in flight than the cap, never two to one "
        "number, never two dials with one reference.\n"
        "Exits 0 when all hold, 1 on a violation, 2 when the input can not be judged.");
    std::vector<std::string> files;
    std::vector<std::string> provider_caps;
    Limits limits;
    bool as_json = false;
    app.add_option("FILE", files, "Ledgers of one machine, judged together")->required();
    app.add_option("--cap", limits.cap, "Calls in flight at most")->check(CLI::NonNegativeNumber);
    app.add_option("--provider-cap", provider_caps, "NAME=N: the same for one provider")
        ->take_all()
        ->allow_extra_args(false);
    app.add_flag("--json", as_json, "Print the report as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitUnusable;
    }
    try {
        for (const std::string& text : provider_caps) add_provider_cap(text, limits);
        Ledger ledger;
        for (const std::string& path : files) read_file(path, ledger);
        const auto verdict = ebra::ledger::judge(ledger, limits);
        std::cout << (as_json ? ebra::ledger::json_report(ledger, limits, verdict)
                              : ebra::ledger::text_report(ledger, limits, verdict));
        return verdict.violations_total == 0 ? 0 : kExitViolation;
    } catch (const Unusable& error) {
        std::cerr << "ebra-ledger: " << error.what() << "\n";
        return kExitUnusable;
    }
}
