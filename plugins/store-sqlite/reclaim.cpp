#include "reclaim.hpp"

#include "error.hpp"
#include "nodes.hpp"
#include "outcome_rules.hpp"

#include "ebra/plugin.hpp"

namespace ebra::sqlite {

namespace {

constexpr std::uint32_t kReclaimMax = 1000;

void stamp(Transaction& transaction, PlacementRecord& placement, std::uint64_t token) {
    placement.claim = token;
    transaction.db().run(Sql::kPlacementStamp, placement.call_seq, placement.number, token);
}

void hand_out_undecided(Transaction& transaction, const ebra_reclaim_request& request,
                        std::vector<FullCall>& handed_out) {
    std::vector<CallRecord> calls;
    {
        Statement row = transaction.db().query(
            Sql::kCallsUndecidedSince, request.now - request.undecided_after_ms, request.limit);
        while (row.step()) calls.push_back(read_call(transaction.session(), row));
    }
    for (CallRecord& call : calls) {
        FullCall full = with_latest(transaction.session(), std::move(call));
        if (!full.placement) continue;
        stamp(transaction, *full.placement, request.token);
        // Handed out again when whoever has it now does not decide either.
        full.call.undecided_at = request.now;
        save_call(transaction, full.call, request.now);
        handed_out.push_back(std::move(full));
    }
}

void hand_out_silent(Transaction& transaction, const ebra_reclaim_request& request,
                     std::vector<FullCall>& handed_out) {
    std::vector<std::int64_t> calls;
    {
        Statement row = transaction.db().query(Sql::kPlacementsToAsk, request.now,
                                               request.limit - handed_out.size());
        while (row.step()) calls.push_back(row.integer(0));
    }
    for (const std::int64_t seq : calls) {
        auto call = find_call(transaction.session(), seq);
        if (!call) continue;
        FullCall full = with_latest(transaction.session(), *std::move(call));
        if (!full.placement || !full.placement->is_open()) continue;
        full.placement->asked += 1;
        full.placement->ask_at = next_ask(*full.placement, request);
        save_placement(transaction, *full.placement);
        stamp(transaction, *full.placement, request.token);
        handed_out.push_back(std::move(full));
    }
}

}  // namespace

std::vector<FullCall> reclaim(Transaction& transaction, const ebra_reclaim_request& request) {
    if (request.limit < 1 || request.limit > kReclaimMax) {
        throw invalid("a reclaim's limit must be 1 to 1000");
    }
    if (request.token == 0) throw invalid("a reclaim's token must not be 0");
    require_lease(transaction.session(), plugin::view(request.node), request.now);
    bury_nodes(transaction, request.now, request.dead_ask_after_ms);
    std::vector<FullCall> handed_out;
    hand_out_undecided(transaction, request, handed_out);
    hand_out_silent(transaction, request, handed_out);
    return handed_out;
}

}  // namespace ebra::sqlite
