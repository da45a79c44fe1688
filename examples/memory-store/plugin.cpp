// The border: the descriptor, the tables, and wrappers that let no exception out.
#include "memory_store.hpp"
#include "memory_store_plugin.hpp"

#include <nlohmann/json.hpp>

namespace ebra::memory {

namespace {

using plugin::copy;
using plugin::fail;
using plugin::guarded;

MemoryStore& of(void* self) {
    return *static_cast<MemoryStore*>(self);
}

constexpr std::int64_t kFutureMaxMs = 1'000;

/// Runs a write whose request carries `now`, once that is plausible.
template <typename Body>
ebra_status at(void* self, ebra_time_ms now, ebra_error* error, Body&& body) {
    return guarded(error, [&] {
        if (now > of(self).now() + kFutureMaxMs) {
            return fail(error, EBRA_INVALID_ARGUMENT, "now is ahead of the store's clock");
        }
        return body();
    });
}

ebra_status create(const ebra_host* host, ebra_str config, void** self, ebra_error* error) {
    return guarded(error, [&] {
        const auto options = nlohmann::json::parse(plugin::view(config), nullptr, false);
        if (!options.is_object())
            return fail(error, EBRA_INVALID_ARGUMENT, "the options are no JSON object");
        *self = new MemoryStore(host, options.value("mutant", ""));
        return ebra_status{EBRA_OK};
    });
}

ebra_store make_store_table() {
    auto table = plugin::sized<ebra_store>();
    table.capabilities = [](void*) -> std::uint64_t { return EBRA_STORE_WAITS; };
    table.now = [](void* self, ebra_time_ms* out, ebra_error* error) {
        return guarded(error, [&] { return *out = of(self).now(), ebra_status{EBRA_OK}; });
    };
    table.enqueue = [](void* self, ebra_time_ms now, const ebra_call_spec* const* specs,
                       std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return at(self, now, error, [&] { return of(self).enqueue(now, {specs, count}, *sink); });
    };
    table.patch = [](void* self, ebra_time_ms now, const ebra_patch* const* patches,
                     std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return at(self, now, error, [&] { return of(self).patch(now, {patches, count}, *sink); });
    };
    table.claim = [](void* self, const ebra_claim_request* request, const ebra_call_sink* sink,
                     ebra_claim_report* report, ebra_error* error) {
        return at(self, request->now, error,
                  [&] { return of(self).claim(*request, *sink, *report, error); });
    };
    table.advance = [](void* self, ebra_time_ms now, const ebra_advance* const* steps,
                       std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return at(self, now, error, [&] { return of(self).advance(now, {steps, count}, *sink); });
    };
    table.reclaim = [](void* self, const ebra_reclaim_request* request, const ebra_call_sink* sink,
                       ebra_error* error) {
        return at(self, request->now, error,
                  [&] { return of(self).reclaim(*request, *sink, error); });
    };
    table.lease_renew = [](void* self, const ebra_lease_request* request, ebra_lease_report* report,
                           ebra_error* error) {
        return at(self, request->now, error,
                  [&] { return of(self).lease_renew(*request, *report, error); });
    };
    table.lease_end = [](void* self, ebra_time_ms now, ebra_str node, ebra_error* error) {
        return at(self, now, error, [&] { return of(self).lease_end(now, copy(node)); });
    };
    table.limits_set = [](void* self, ebra_time_ms now, const ebra_limit* const* limits,
                          std::size_t count, ebra_error* error) {
        return at(self, now, error, [&] { return of(self).limits_set(now, {limits, count}); });
    };
    return table;
}

void add_reads(ebra_store& table) {
    table.limits_get = [](void* self, const ebra_limit_sink* sink, ebra_error* error) {
        return guarded(error, [&] { return of(self).limits_get(*sink); });
    };
    table.setting = [](void* self, ebra_str key, ebra_str proposed, const ebra_text_sink* sink,
                       ebra_error* error) {
        return guarded(error, [&] { return of(self).setting(copy(key), copy(proposed), *sink); });
    };
    table.get = [](void* self, const ebra_str* ids, std::size_t count, const ebra_call_sink* sink,
                   ebra_error* error) {
        return guarded(error, [&] { return of(self).get({ids, count}, *sink); });
    };
    table.find = [](void* self, const ebra_find_request* request, const ebra_call_sink* sink,
                    ebra_error* error) {
        return guarded(error, [&] { return of(self).find(*request, *sink); });
    };
    table.list = [](void* self, const ebra_list_request* request, const ebra_call_sink* sink,
                    ebra_error* error) {
        return guarded(error, [&] { return of(self).list(*request, *sink); });
    };
    table.counts = [](void* self, ebra_counts* out, ebra_error* error) {
        return guarded(error, [&] { return of(self).counts(*out); });
    };
    table.explain = [](void* self, ebra_time_ms now, ebra_str id, const ebra_reason_sink* sink,
                       ebra_error* error) {
        return guarded(error, [&] { return of(self).explain(now, copy(id), *sink); });
    };
    table.health = [](void*, ebra_error*) -> ebra_status { return EBRA_OK; };
    table.wait = [](void* self, std::int64_t timeout_ms, ebra_error* error) {
        return guarded(error, [&] { return of(self).wait(timeout_ms); });
    };
    table.wake = [](void* self) { of(self).wake(); };
}

const ebra_store_timeline kTimeline = {
    sizeof(ebra_store_timeline), 0,
    [](void* self, ebra_str id, const ebra_entry_sink* sink, ebra_error* error) {
        return guarded(error, [&] { return of(self).entries(copy(id), *sink); });
    },
    [](void* self, ebra_str id, const ebra_placement_sink* sink, ebra_error* error) {
        return guarded(error, [&] { return of(self).placements(copy(id), *sink); });
    }};

const ebra_store_outbox kOutbox = {
    sizeof(ebra_store_outbox), 0,
    [](void* self, std::uint64_t after, std::size_t limit, const ebra_outbox_sink* sink,
       ebra_error* error) {
        return guarded(error, [&] { return of(self).outbox_read(after, limit, *sink); });
    },
    [](void* self, const std::uint64_t* sequences, std::size_t count, ebra_error* error) {
        return guarded(error, [&] { return of(self).outbox_ack({sequences, count}); });
    }};

const ebra_store_gap kGap = {
    sizeof(ebra_store_gap), 0,
    [](void* self, ebra_time_ms now, std::int64_t min_gap_ms, ebra_error* error) {
        return at(self, now, error, [&] { return of(self).gap_set(min_gap_ms, error); });
    },
    [](void* self, std::int64_t* min_gap_ms, ebra_error* error) {
        return guarded(error, [&] { return of(self).gap_get(*min_gap_ms); });
    }};

const ebra_store_check kCheck = {
    sizeof(ebra_store_check), 0,
    [](void* self, ebra_time_ms, const ebra_text_sink* sink, ebra_error* error) {
        return guarded(error, [&] { return of(self).check(*sink); });
    }};

const void* get_interface(const char* id) {
    static const ebra_store kStore = [] {
        ebra_store table = make_store_table();
        add_reads(table);
        return table;
    }();
    const std::string_view name = id;
    if (name == EBRA_STORE_ID) return &kStore;
    if (name == EBRA_STORE_TIMELINE_ID) return &kTimeline;
    if (name == EBRA_STORE_OUTBOX_ID) return &kOutbox;
    if (name == EBRA_STORE_CHECK_ID) return &kCheck;
    if (name == EBRA_STORE_GAP_ID) return &kGap;
    return nullptr;
}

const ebra_plugin kPlugin = {sizeof(ebra_plugin),
                             0,
                             "memory-store",
                             "1.0.0",
                             "Keeps calls in memory: the smallest complete store",
                             create,
                             [](void* self) { delete static_cast<MemoryStore*>(self); },
                             get_interface,
                             nullptr};

}  // namespace

}  // namespace ebra::memory

const ebra_plugin* ebra_memory_store_plugin() {
    return &ebra::memory::kPlugin;
}
