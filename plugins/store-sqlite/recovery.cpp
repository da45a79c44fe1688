#include "recovery.hpp"

#include "error.hpp"
#include "history.hpp"
#include "rows.hpp"

#include <utility>
#include <vector>

namespace ebra::sqlite {

namespace {

void lose(Transaction& transaction, PlacementRecord placement, ebra_time_ms now) {
    placement.state = EBRA_PLACEMENT_UNKNOWN;
    placement.ask_at = now;
    save_placement(transaction, placement);
    Entry entry;
    entry.kind = EBRA_ENTRY_NODE_LOST;
    entry.placement = placement.number;
    entry.status = EBRA_CALL_IN_PROGRESS;
    entry.at = now;
    entry.detail = "the store may have lost commits";
    add_entry(transaction, placement.call_seq, entry);
}

std::uint64_t lose_claimed(Transaction& transaction, ebra_time_ms now) {
    std::vector<std::pair<std::int64_t, std::uint32_t>> claimed;
    {
        Statement row = transaction.db().query(Sql::kClaimedAll);
        while (row.step()) claimed.emplace_back(row.integer(0), row.number<std::uint32_t>(1));
    }
    std::uint64_t lost = 0;
    for (const auto& [call_seq, number] : claimed) {
        auto placement = find_placement(transaction.session(), call_seq, number);
        if (!placement) continue;
        lose(transaction, *std::move(placement), now);
        ++lost;
    }
    return lost;
}

}  // namespace

Recovered recover(Transaction& transaction, bool asks_first, ebra_time_ms now) {
    Recovered made;
    made.unknown = lose_claimed(transaction, now);
    if (asks_first) {
        Statement row = transaction.db().query(Sql::kWaitingDue, now);
        if (row.step()) made.doubtful = row.number<std::uint64_t>(0);
    }
    transaction.db().run(Sql::kRecoveryEnd, asks_first ? now : ebra_time_ms{0});
    transaction.announce_work();
    return made;
}

ebra_time_ms require_not_stopped(Session& session) {
    Statement row = session.connection.query(Sql::kRecoveryRead);
    if (!row.step()) throw StoreError(EBRA_CORRUPT, "the table recovery has lost its row");
    const std::string reason(row.text(0));
    if (reason.empty()) return row.integer(1);
    throw StoreError(EBRA_UNAVAILABLE, reason, 0, kRetryAfterMs);
}

}  // namespace ebra::sqlite
