#include "fake_store.hpp"

#include <algorithm>
#include <utility>

namespace ebra::testing {

namespace {

FakeStore& store_of(void* self) {
    return *static_cast<FakeStore*>(self);
}

void put_call(const ebra_call_sink* sink, const std::string& id) {
    Call call = claimed_call(id);
    const AbiCallView view(call);
    sink->put(sink->context, view.get());
}

void put_calls(const ebra_call_sink* sink, const std::vector<Call>& calls) {
    for (const Call& call : calls) {
        const AbiCallView view(call);
        sink->put(sink->context, view.get());
    }
}

Step recorded(const ebra_advance& step) {
    Step made;
    made.step = step.step;
    made.call_id = from_abi(step.call_id);
    made.placement = step.placement;
    made.flags = step.flags;
    made.claim = step.claim;
    made.provider = from_abi(step.provider);
    made.provider_call_id = from_abi(step.provider_call_id);
    made.reason = from_abi(step.reason);
    made.outcome = static_cast<Outcome>(step.outcome);
    made.error_class = static_cast<ErrorClass>(step.error_class);
    made.due_at = step.due_at;
    return made;
}

}  // namespace

FakeStore::FakeStore() : store_(&table_, this, {.retain = &retain_}) {
    table_ = plugin::sized<ebra_store>();
    on_enqueue = [](const auto&) { return EBRA_OK; };
    on_advance = [](const auto&) { return EBRA_OK; };
    item_status = [](const auto&) { return EBRA_OK; };
    fill();
}

ebra_status FakeStore::prune(void* self, const ebra_prune_request* request,
                             ebra_prune_report* report, ebra_error* error) {
    FakeStore& store = store_of(self);
    store.prunes.push_back(*request);
    if (store.on_prune) store.on_prune();
    if (store.prune_status != EBRA_OK) return plugin::fail(error, store.prune_status, "no");
    report->after = request->after + request->limit;
    report->is_over = store.prunable.size() <= 1 ? 1 : 0;
    if (store.prunable.empty()) return EBRA_OK;
    report->calls = store.prunable.front();
    store.prunable.erase(store.prunable.begin());
    return EBRA_OK;
}

void FakeStore::fill() {
    table_.now = [](void* self, ebra_time_ms* out, ebra_error*) -> ebra_status {
        *out = store_of(self).now;
        if (store_of(self).on_now) store_of(self).on_now();
        return EBRA_OK;
    };
    table_.enqueue = [](void* self, ebra_time_ms, const ebra_call_spec* const* specs,
                        std::size_t count, const ebra_item_sink* sink, ebra_error*) {
        std::vector<std::string> ids;
        for (std::size_t at = 0; at < count; ++at) ids.push_back(from_abi(specs[at]->id));
        const ebra_status status = store_of(self).on_enqueue(ids);
        if (status != EBRA_OK) return status;
        for (std::size_t at = 0; at < count; ++at) {
            store_of(self).enqueued.push_back(ids[at]);
            Call call = claimed_call(ids[at]);
            const AbiCallView view(call);
            sink->put(sink->context, at, EBRA_OK, view.get());
        }
        return status;
    };
    table_.advance = [](void* self, ebra_time_ms, const ebra_advance* const* steps,
                        std::size_t count, const ebra_item_sink* sink, ebra_error*) {
        std::vector<ebra_advance> all;
        for (std::size_t at = 0; at < count; ++at) all.push_back(*steps[at]);
        const ebra_status status = store_of(self).on_advance(all);
        if (status != EBRA_OK) return status;
        for (std::size_t at = 0; at < count; ++at) {
            store_of(self).advanced.push_back(recorded(all[at]));
            Call call = claimed_call(from_abi(all[at].call_id));
            const AbiCallView view(call);
            sink->put(sink->context, at, store_of(self).item_status(all[at]), view.get());
        }
        return status;
    };
    table_.limits_set = [](void* self, ebra_time_ms, const ebra_limit* const* given,
                           std::size_t count, ebra_error*) -> ebra_status {
        if (store_of(self).limits_status != EBRA_OK) return store_of(self).limits_status;
        for (std::size_t at = 0; at < count; ++at) {
            Limit limit;
            limit.key = from_abi(given[at]->key);
            limit.blocked_until = given[at]->blocked_until;
            store_of(self).limits.push_back(limit);
        }
        return EBRA_OK;
    };
    table_.limits_get = [](void* self, const ebra_limit_sink* sink, ebra_error*) -> ebra_status {
        for (const Limit& limit : store_of(self).shown_limits) {
            auto shown = plugin::sized<ebra_limit>();
            shown.key = plugin::str(limit.key);
            shown.blocked_until = limit.blocked_until;
            sink->put(sink->context, &shown);
        }
        return store_of(self).limits_status;
    };
    table_.get = [](void* self, const ebra_str* ids, std::size_t count, const ebra_call_sink* sink,
                    ebra_error*) -> ebra_status {
        const auto& known = store_of(self).known_ids;
        for (std::size_t at = 0; at < count; ++at) {
            const std::string id = from_abi(ids[at]);
            if (std::find(known.begin(), known.end(), id) != known.end()) put_call(sink, id);
        }
        return EBRA_OK;
    };
    table_.find = [](void* self, const ebra_find_request* request, const ebra_call_sink* sink,
                     ebra_error*) -> ebra_status {
        const auto& known = store_of(self).known_provider_ids;
        const std::string id = from_abi(request->value);
        if (request->by == EBRA_FIND_CLAIM) {
            put_calls(sink, store_of(self).in_doubt);
            return store_of(self).find_status;
        }
        if (std::find(known.begin(), known.end(), id) != known.end()) put_call(sink, "found");
        return EBRA_OK;
    };
    fill_claims();
    fill_leases();
}

void FakeStore::fill_claims() {
    table_.claim = [](void* self, const ebra_claim_request* request, const ebra_call_sink* sink,
                      ebra_claim_report* report, ebra_error*) -> ebra_status {
        FakeStore& store = store_of(self);
        AskedClaim asked{request->limit, from_abi(request->node), {}};
        for (std::size_t at = 0; at < request->provider_count; ++at) {
            asked.providers.push_back(from_abi(request->providers[at]));
        }
        store.claims.push_back(asked);
        if (store.on_claim) store.on_claim();
        if (store.claim_status != EBRA_OK) return store.claim_status;
        const std::uint32_t size = report->struct_size;
        *report = store.claim_report;
        report->struct_size = size;
        put_calls(sink, std::exchange(store.claimable, {}));
        return EBRA_OK;
    };
    table_.reclaim = [](void* self, const ebra_reclaim_request* request, const ebra_call_sink* sink,
                        ebra_error*) -> ebra_status {
        store_of(self).reclaim_limits.push_back(request->limit);
        store_of(self).reclaim_ask_after_ms = request->ask_after_ms;
        if (store_of(self).reclaim_status != EBRA_OK) return store_of(self).reclaim_status;
        put_calls(sink, std::exchange(store_of(self).to_reclaim, {}));
        return EBRA_OK;
    };
}

void FakeStore::fill_leases() {
    table_.lease_renew = [](void* self, const ebra_lease_request* request,
                            ebra_lease_report* report, ebra_error*) -> ebra_status {
        FakeStore& store = store_of(self);
        store.leases.push_back(from_abi(request->node));
        if (store.lease_status != EBRA_OK) return store.lease_status;
        report->lease_until =
            request->now + (store.lease_ms > 0 ? store.lease_ms : request->lease_ms);
        report->nodes_alive = 1;
        report->nodes_differing = store.nodes_differing;
        return EBRA_OK;
    };
    table_.lease_end = [](void* self, ebra_time_ms, ebra_str node, ebra_error*) -> ebra_status {
        store_of(self).leases_ended.push_back(from_abi(node));
        return EBRA_OK;
    };
}

Call claimed_call(const std::string& id, std::uint32_t attempts) {
    Call call;
    call.id = id;
    call.to = "+14155550100";
    call.script_id = "script";
    call.metadata_json = "{}";
    call.status = CallStatus::kInProgress;
    call.attempts = attempts;
    call.placement.emplace();
    call.placement->number = attempts;
    call.placement->claim = 7;
    call.placement->provider = "p";
    return call;
}

}  // namespace ebra::testing
