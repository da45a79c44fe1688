#include "nodes.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace ebra::postgres {

namespace {

// DO NOT RENUMBER: stored.
constexpr int kEnded = 2;
constexpr int kDead = 3;

constexpr std::uint32_t kReclaimMax = 1000;

std::vector<std::int64_t> integers(const Rows& rows) {
    std::vector<std::int64_t> values;
    rows.each([&](const Row& row) { values.push_back(row.integer(0)); });
    return values;
}

/// What a node has CLAIMED becomes UNKNOWN. Its lease's row is locked: no claim of its is under
/// way.
void lose_claimed(Batch& batch, LoadedCall& loaded, const std::string& node) {
    PlacementRecord* placement = loaded.placement(loaded.call.placements);
    const bool is_lost = placement != nullptr && placement->node == node &&
                         placement->state == EBRA_PLACEMENT_CLAIMED;
    if (!is_lost) return;
    placement->state = EBRA_PLACEMENT_UNKNOWN;
    batch.save(loaded, *placement);
    Entry entry;
    entry.kind = EBRA_ENTRY_NODE_LOST;
    entry.placement = placement->number;
    entry.status = EBRA_CALL_IN_PROGRESS;
    entry.at = batch.now();
    entry.detail = node;
    batch.add_entry(loaded.call.seq, entry);
}

/// Somebody is to ask about what the node left behind, from `ask_at` on.
void schedule_asking(Batch& batch, LoadedCall& loaded, const std::string& node,
                     ebra_time_ms ask_at) {
    PlacementRecord* placement = loaded.placement(loaded.call.placements);
    const bool is_unasked = placement != nullptr && placement->node == node &&
                            placement->state == EBRA_PLACEMENT_UNKNOWN && placement->ask_at == 0;
    if (!is_unasked) return;
    placement->ask_at = ask_at;
    batch.save(loaded, *placement);
}

/// Declares nodes dead whose lease is over.
void bury_nodes(Session& session, const ebra_reclaim_request& request) {
    std::map<std::string, ebra_time_ms> gone;
    session.db.query(Sql::kNodesGone, request.now).each([&](const Row& row) {
        gone[row.text(0)] = row.integer(1);
    });
    if (gone.empty()) return;
    ArrayLiteral names;
    for (const auto& [name, lease_until] : gone) names.add(name);
    Batch batch(session, request.now);
    batch.load(integers(session.db.query(Sql::kInFlightOfNodes, names.text())));
    for (auto& [seq, loaded] : batch.calls()) {
        for (const auto& [name, lease_until] : gone) {
            lose_claimed(batch, loaded, name);
            schedule_asking(batch, loaded, name, lease_until + request.dead_ask_after_ms);
        }
    }
    batch.write();
    for (const auto& [name, lease_until] : gone) {
        session.db.query(Sql::kNodeEnd, name, kDead, lease_until);
    }
}

void hand_out(Batch& batch, LoadedCall& loaded, PlacementRecord& placement,
              const ebra_reclaim_request& request, std::vector<std::int64_t>& order) {
    placement.claim = request.token;
    batch.save(loaded, placement);
    order.push_back(loaded.call.seq);
}

void hand_out_undecided(Batch& batch, const std::vector<std::int64_t>& seqs,
                        const ebra_reclaim_request& request, std::vector<std::int64_t>& order) {
    for (const std::int64_t seq : seqs) {
        LoadedCall* loaded = batch.find(seq);
        const ebra_time_ms since = request.now - request.undecided_after_ms;
        if (loaded == nullptr || !loaded->call.undecided || loaded->call.undecided_at > since) {
            continue;
        }
        PlacementRecord* placement = loaded->placement(loaded->call.placements);
        if (placement == nullptr) continue;
        // Handed out again when whoever has it now does not decide either.
        loaded->call.undecided_at = request.now;
        batch.save(*loaded);
        hand_out(batch, *loaded, *placement, request, order);
    }
}

void hand_out_silent(Batch& batch, const std::vector<std::int64_t>& seqs,
                     const ebra_reclaim_request& request, std::vector<std::int64_t>& order) {
    for (const std::int64_t seq : seqs) {
        LoadedCall* loaded = batch.find(seq);
        if (loaded == nullptr) continue;
        PlacementRecord* placement = loaded->placement(loaded->call.placements);
        const bool is_silent = placement != nullptr && placement->is_open() &&
                               placement->ask_at > 0 && placement->ask_at <= request.now;
        if (!is_silent) continue;
        placement->asked += 1;
        placement->ask_at = next_ask(*placement, request);
        hand_out(batch, *loaded, *placement, request, order);
    }
}

void require_sound(const ebra_reclaim_request& request) {
    if (request.limit < 1 || request.limit > kReclaimMax) {
        throw invalid("a reclaim's limit must be 1 to 1000");
    }
    if (request.token == 0) throw invalid("a reclaim's token must not be 0");
}

}  // namespace

StoreError lease_is_over(std::string_view node) {
    return StoreError(EBRA_STALE, "the lease of node " + std::string(node) +
                                      " is over; stop dialing and come back under a new name");
}

ebra_lease_report renew_lease(Session& session, const ebra_lease_request& request) {
    if (request.node.size == 0) throw invalid("a lease needs the name of its node");
    if (request.lease_ms <= 0) throw invalid("lease_ms must be greater than 0");
    const std::string digest = plugin::copy(request.config_digest);
    ebra_lease_report report{};
    report.lease_until = request.now + request.lease_ms;
    const Rows renewed = session.db.query(Sql::kNodeRenew, plugin::copy(request.node),
                                          report.lease_until, digest, plugin::copy(request.about));
    if (renewed.is_empty()) throw lease_is_over(plugin::view(request.node));
    const Rows alive = session.db.query(Sql::kNodesAlive, request.now, digest);
    report.nodes_alive = alive.at(0).number<std::uint32_t>(0);
    report.nodes_differing = alive.at(0).number<std::uint32_t>(1);
    return report;
}

void end_lease(Session& session, std::string_view node, ebra_time_ms now) {
    const std::string name(node);
    if (session.db.query(Sql::kNodeLock, name).is_empty()) return;
    session.db.query(Sql::kNodeEnd, name, kEnded, now);
    ArrayLiteral names;
    names.add(name);
    Batch batch(session, now);
    batch.load(integers(session.db.query(Sql::kInFlightOfNodes, names.text())));
    for (auto& [seq, loaded] : batch.calls()) lose_claimed(batch, loaded, name);
    batch.write();
}

std::vector<FullCall> reclaim(Session& session, const ebra_reclaim_request& request) {
    require_sound(request);
    const Rows lease = session.db.query(Sql::kNodeByName, plugin::copy(request.node), request.now);
    if (lease.is_empty()) throw lease_is_over(plugin::view(request.node));
    bury_nodes(session, request);
    const std::int64_t limit = request.limit;
    const auto undecided = integers(
        session.db.query(Sql::kUndecidedSince, request.now - request.undecided_after_ms, limit));
    const auto silent = integers(session.db.query(
        Sql::kToAsk, request.now, limit - static_cast<std::int64_t>(undecided.size())));
    std::vector<std::int64_t> seqs = undecided;
    seqs.insert(seqs.end(), silent.begin(), silent.end());
    Batch batch(session, request.now);
    batch.load(seqs);
    std::vector<std::int64_t> order;
    hand_out_undecided(batch, undecided, request, order);
    hand_out_silent(batch, silent, request, order);
    batch.write();
    std::vector<FullCall> handed_out;
    for (const std::int64_t seq : order) handed_out.push_back(batch.find(seq)->with_latest());
    return handed_out;
}

}  // namespace ebra::postgres
