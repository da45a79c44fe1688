#include "faulty_store.hpp"

#include "ebra/plugin.hpp"

namespace ebra::simulation {

using plugin::fail;

FaultyStore::FaultyStore(const ebra_store* inner, void* inner_self, Effects effects)
    : inner_(inner), inner_self_(inner_self), effects_(std::move(effects)) {
    table_.struct_size = sizeof table_;
    fill_writes();
    fill_reads();
}

template <typename Body>
ebra_status FaultyStore::write(void* self, ebra_error* error, Body&& body) {
    auto& store = *static_cast<FaultyStore*>(self);
    if (store.is_cut_off_) return fail(error, EBRA_UNAVAILABLE, "cut off");
    switch (store.effects_.roll()) {
        case StoreFault::kNone:
            return body(*store.inner_, store.inner_self_);
        case StoreFault::kAway:
            return fail(error, EBRA_UNAVAILABLE, "the store is away");
        case StoreFault::kStall: {
            const ebra_status status = body(*store.inner_, store.inner_self_);
            store.effects_.stall();
            return status;
        }
        case StoreFault::kDoubtUndone:
            return fail(error, EBRA_IN_DOUBT, "commit answer lost");
        case StoreFault::kDoubtDone:
            (void)body(*store.inner_, store.inner_self_);
            return fail(error, EBRA_IN_DOUBT, "commit answer lost");
        case StoreFault::kKillBefore:
            store.effects_.kill();
            return fail(error, EBRA_UNAVAILABLE, "killed");
        case StoreFault::kKillAfter: {
            (void)body(*store.inner_, store.inner_self_);
            store.effects_.kill();
            return fail(error, EBRA_IN_DOUBT, "killed");
        }
    }
    return EBRA_INTERNAL;
}

template <typename Body>
ebra_status FaultyStore::read(void* self, ebra_error* error, Body&& body) {
    auto& store = *static_cast<FaultyStore*>(self);
    if (store.is_cut_off_) return fail(error, EBRA_UNAVAILABLE, "cut off");
    return body(*store.inner_, store.inner_self_);
}

void FaultyStore::fill_writes() {
    table_.enqueue = [](void* self, ebra_time_ms now, const ebra_call_spec* const* specs,
                        std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.enqueue(inner_self, now, specs, count, sink, error);
        });
    };
    table_.patch = [](void* self, ebra_time_ms now, const ebra_patch* const* patches,
                      std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.patch(inner_self, now, patches, count, sink, error);
        });
    };
    table_.claim = [](void* self, const ebra_claim_request* request, const ebra_call_sink* sink,
                      ebra_claim_report* report, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.claim(inner_self, request, sink, report, error);
        });
    };
    table_.advance = [](void* self, ebra_time_ms now, const ebra_advance* const* steps,
                        std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.advance(inner_self, now, steps, count, sink, error);
        });
    };
    table_.reclaim = [](void* self, const ebra_reclaim_request* request, const ebra_call_sink* sink,
                        ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.reclaim(inner_self, request, sink, error);
        });
    };
    table_.lease_renew = [](void* self, const ebra_lease_request* request,
                            ebra_lease_report* report, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.lease_renew(inner_self, request, report, error);
        });
    };
    table_.lease_end = [](void* self, ebra_time_ms now, ebra_str node, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.lease_end(inner_self, now, node, error);
        });
    };
    table_.limits_set = [](void* self, ebra_time_ms now, const ebra_limit* const* limits,
                           std::size_t count, ebra_error* error) {
        return write(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.limits_set(inner_self, now, limits, count, error);
        });
    };
}

void FaultyStore::fill_reads() {
    table_.capabilities = [](void* self) {
        auto& store = *static_cast<FaultyStore*>(self);
        return store.inner_->capabilities(store.inner_self_);
    };
    table_.now = [](void* self, ebra_time_ms* out, ebra_error* error) {
        return read(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.now(inner_self, out, error);
        });
    };
    table_.get = [](void* self, const ebra_str* ids, std::size_t count, const ebra_call_sink* sink,
                    ebra_error* error) {
        return read(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.get(inner_self, ids, count, sink, error);
        });
    };
    table_.find = [](void* self, const ebra_find_request* request, const ebra_call_sink* sink,
                     ebra_error* error) {
        return read(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.find(inner_self, request, sink, error);
        });
    };
}

}  // namespace ebra::simulation
