// reclaim: finds what nobody looks after, and hands it to one who will.
#include "memory_store.hpp"

#include <algorithm>

namespace ebra::memory {

using plugin::copy;
using plugin::fail;

ebra_status MemoryStore::reclaim(const ebra_reclaim_request& request, const ebra_call_sink& sink,
                                 ebra_error* error) {
    const std::lock_guard lock(mutex_);
    const ebra_time_ms now = request.now;
    if (!has_lease(copy(request.node), now))
        return fail(error, EBRA_STALE, "the node's lease is over");
    for (auto& [name, node] : nodes_) {
        if (node.is_dead || node.lease_until > now) continue;
        node.is_dead = true;
        lose_placements_of(name, node.lease_until + request.dead_ask_after_ms, now);
    }
    std::vector<CallRecord*> work;
    for (CallRecord* call : in_progress_) {
        if (is_work(*call, request)) work.push_back(call);
    }
    std::sort(work.begin(), work.end(),
              [](const CallRecord* a, const CallRecord* b) { return a->seq < b->seq; });
    if (work.size() > request.limit) work.resize(request.limit);
    for (CallRecord* call : work) {
        PlacementRecord& placement = *call->latest();
        placement.fields.claim = request.token;
        if (call->state.undecided != 0) {
            placement.undecided_since = now;
        } else {
            const std::uint32_t doublings = std::min(placement.fields.asked++, 20u);
            const ebra_time_ms stale_at = placement.fields.evidence_at + request.stale_after_ms;
            ebra_time_ms next = now + (request.ask_after_ms << doublings);
            if (now < stale_at)
                next = std::min(next, stale_at);
            else
                next = std::min(next, now + request.stale_after_ms);
            placement.fields.ask_at = next;
        }
        show(*call, [&](const ebra_call* shown) { sink.put(sink.context, shown); });
    }
    return EBRA_OK;
}

bool MemoryStore::is_work(const CallRecord& call, const ebra_reclaim_request& request) const {
    const PlacementRecord& placement = *call.latest();
    if (call.state.undecided != 0) {
        return placement.undecided_since + request.undecided_after_ms <= request.now;
    }
    const bool is_asked_about = placement.fields.state == EBRA_PLACEMENT_PLACED ||
                                placement.fields.state == EBRA_PLACEMENT_UNKNOWN;
    return is_asked_about && placement.fields.ask_at != 0 && placement.fields.ask_at <= request.now;
}

/// The node is dead: nobody can say whether what it had claimed was sent.
void MemoryStore::lose_placements_of(const std::string& node, ebra_time_ms ask_at,
                                     ebra_time_ms now) {
    for (CallRecord* call : in_progress_) {
        PlacementRecord& placement = *call->latest();
        const bool is_its =
            placement.node == node && placement.fields.state == EBRA_PLACEMENT_CLAIMED;
        if (!is_its) continue;
        placement.fields.state = EBRA_PLACEMENT_UNKNOWN;
        placement.fields.claim = 0;
        placement.fields.ask_at = ask_at;
        record(*call, EBRA_ENTRY_NODE_LOST, placement.fields.number, now).detail = node;
    }
}

}  // namespace ebra::memory
