#include "prune.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <limits>

namespace ebra::postgres {

namespace {

constexpr std::uint32_t kPruneMax = 1000;
constexpr std::uint64_t kSeqMax = std::numeric_limits<std::int64_t>::max();

}  // namespace

void require_sound(const ebra_prune_request& request) {
    if (request.limit < 1 || request.limit > kPruneMax) {
        throw invalid("a step of pruning looks at 1 to 1000 calls");
    }
    if (request.before > request.now) throw invalid("what has not ended yet cannot be pruned");
}

ebra_prune_report prune(Session& session, const ebra_prune_request& request) {
    const std::int64_t limit = request.limit;
    const bool is_dry_run = (request.flags & EBRA_PRUNE_DRY_RUN) != 0;
    const bool drops_owed = (request.flags & EBRA_PRUNE_OWED) != 0;
    const auto after = static_cast<std::int64_t>(std::min(request.after, kSeqMax));
    const Rows calls =
        session.db.query(Sql::kPruneCalls, after, request.before, limit, drops_owed, is_dry_run);
    const Row row = calls.at(0);
    auto report = plugin::sized<ebra_prune_report>();
    report.after = row.number<std::uint64_t>(0);
    report.calls = row.integer(2);
    report.placements = row.integer(3);
    report.entries = row.integer(4);
    report.numbers = row.integer(5);
    // A dry run counts the rest once, as nothing of it goes between its steps.
    const bool is_over = row.boolean(1);
    if (is_dry_run && !is_over) return report;
    const Rows rest = session.db.query(Sql::kPruneRest, request.before, limit, is_dry_run);
    report.evidence = rest.at(0).integer(0);
    report.nodes = rest.at(0).integer(1);
    report.is_over = is_over && (is_dry_run || report.evidence < limit) ? 1 : 0;
    return report;
}

}  // namespace ebra::postgres
