#include "nodes.hpp"

#include "error.hpp"
#include "history.hpp"

#include "ebra/plugin.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ebra::sqlite {

namespace {

// DO NOT RENUMBER: stored.
constexpr int kAlive = 1;
constexpr int kEnded = 2;
constexpr int kDead = 3;

using PlacementKey = std::pair<std::int64_t, std::uint32_t>;

std::vector<PlacementKey> keys_of(Session& session, Sql sql, std::string_view node) {
    std::vector<PlacementKey> keys;
    Statement row = session.connection.query(sql, node);
    while (row.step()) keys.emplace_back(row.integer(0), row.number<std::uint32_t>(1));
    return keys;
}

/// What the node has CLAIMED becomes UNKNOWN.
void lose_claimed(Transaction& transaction, std::string_view node, ebra_time_ms now) {
    for (const auto& [call_seq, number] :
         keys_of(transaction.session(), Sql::kClaimedOfNode, node)) {
        auto placement = find_placement(transaction.session(), call_seq, number);
        if (!placement) continue;
        placement->state = EBRA_PLACEMENT_UNKNOWN;
        save_placement(transaction, *placement);
        Entry entry;
        entry.kind = EBRA_ENTRY_NODE_LOST;
        entry.placement = number;
        entry.status = EBRA_CALL_IN_PROGRESS;
        entry.at = now;
        entry.detail = node;
        add_entry(transaction, call_seq, entry);
    }
}

/// Somebody is to ask about what the node left behind, from `ask_at` on.
void schedule_asking(Transaction& transaction, std::string_view node, ebra_time_ms ask_at) {
    for (const auto& [call_seq, number] :
         keys_of(transaction.session(), Sql::kUnaskedOfNode, node)) {
        auto placement = find_placement(transaction.session(), call_seq, number);
        if (!placement) continue;
        placement->ask_at = ask_at;
        save_placement(transaction, *placement);
    }
}

struct GoneNode {
    std::string name;
    ebra_time_ms lease_until;
};

std::vector<GoneNode> gone_nodes(Session& session, ebra_time_ms now) {
    std::vector<GoneNode> gone;
    Statement row = session.connection.query(Sql::kNodesGone, now);
    while (row.step()) gone.push_back({std::string(row.text(0)), row.integer(2)});
    return gone;
}

StoreError lease_is_over(std::string_view node) {
    return StoreError(EBRA_STALE, "the lease of node " + std::string(node) +
                                      " is over; stop dialing and come back under a new name");
}

}  // namespace

ebra_time_ms require_lease(Session& session, std::string_view node, ebra_time_ms now) {
    Statement row = session.connection.query(Sql::kNodeByName, node);
    if (!row.step() || row.integer(0) != kAlive || row.integer(1) <= now) {
        throw lease_is_over(node);
    }
    return row.integer(1);
}

ebra_lease_report renew_lease(Transaction& transaction, const ebra_lease_request& request) {
    if (request.node.size == 0) throw invalid("a lease needs the name of its node");
    if (request.lease_ms <= 0) throw invalid("lease_ms must be greater than 0");
    ebra_lease_report report{};
    report.lease_until = request.now + request.lease_ms;
    const std::string_view digest = plugin::view(request.config_digest);
    const auto renewed =
        transaction.db().run(Sql::kNodeRenew, plugin::view(request.node), report.lease_until,
                             digest, plugin::view(request.about));
    if (renewed == 0) throw lease_is_over(plugin::view(request.node));
    Statement row = transaction.db().query(Sql::kNodesAlive, request.now, digest);
    if (row.step()) {
        report.nodes_alive = row.number<std::uint32_t>(0);
        report.nodes_differing = row.number<std::uint32_t>(1);
    }
    return report;
}

void end_lease(Transaction& transaction, std::string_view node, ebra_time_ms now) {
    if (transaction.db().run(Sql::kNodeEnd, node, kEnded, now) == 0) return;
    lose_claimed(transaction, node, now);
}

void bury_nodes(Transaction& transaction, ebra_time_ms now, std::int64_t ask_after_ms) {
    for (const GoneNode& node : gone_nodes(transaction.session(), now)) {
        lose_claimed(transaction, node.name, now);
        schedule_asking(transaction, node.name, node.lease_until + ask_after_ms);
        transaction.db().run(Sql::kNodeEnd, node.name, kDead, node.lease_until);
    }
}

}  // namespace ebra::sqlite
