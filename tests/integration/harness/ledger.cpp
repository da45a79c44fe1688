#include "ledger.hpp"

#include "child.hpp"

namespace ebra::integration {

LedgerVerdict check_ledger(const std::filesystem::path& ledger, int cap) {
    Child checker({EBRA_LEDGER, ledger.string(), "--cap", std::to_string(cap), "--json"}, {},
                  ledger.parent_path().string());
    LedgerVerdict verdict;
    while (const auto line = checker.read_line(std::chrono::seconds(30)))
        verdict.text += *line + "\n";
    verdict.exit_code = checker.wait(std::chrono::seconds(30)).value_or(-1);
    verdict.report = nlohmann::json::parse(verdict.text, nullptr, false);
    return verdict;
}

}  // namespace ebra::integration
