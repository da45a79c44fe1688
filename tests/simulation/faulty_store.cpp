#include "faulty_store.hpp"

#include "ebra/plugin.hpp"

namespace ebra::simulation {

using plugin::copy;
using plugin::fail;

namespace {

const char* text_of(StoreFault fault) {
    static const char* const kTexts[] = {"",
                                         ", the store is away",
                                         ", late on its way",
                                         ", its answer late",
                                         ", rolled back and in doubt",
                                         ", committed and in doubt",
                                         ", killed before the commit",
                                         ", killed after the commit"};
    return kTexts[static_cast<std::size_t>(fault)];
}

const char* text_of_step(std::int32_t step) {
    switch (step) {
        case EBRA_STEP_ACCEPTED:
            return "accepted";
        case EBRA_STEP_LOST:
            return "lost";
        case EBRA_STEP_NOT_SENT:
            return "not sent";
        case EBRA_STEP_REFUSED:
            return "refused";
        case EBRA_STEP_ENDED:
            return "ended";
        case EBRA_STEP_ENRICH:
            return "enriched";
        case EBRA_STEP_PROGRESS:
            return "sign of life";
        case EBRA_STEP_RELEASE:
            return "release";
        case EBRA_STEP_RETRY:
            return "retry";
        case EBRA_STEP_FAIL:
            return "fail";
        case EBRA_STEP_GIVE_UP:
            return "give up";
        case EBRA_STEP_CANCEL:
            return "cancel";
        default:
            return "map";
    }
}

/// Passes items on and tells of each.
struct ToldItems {
    const ebra_item_sink* to;
    const ebra_advance* const* steps;
    const std::function<void(const std::string&)>* tell;

    static void put(void* context, std::size_t index, ebra_status status, const ebra_call* call) {
        const auto& told = *static_cast<const ToldItems*>(context);
        const ebra_advance& step = *told.steps[index];
        std::string line = std::string("  ") + text_of_step(step.step);
        line += " " + (call != nullptr ? copy(call->spec->id) : copy(step.call_id));
        if (step.placement != 0) line += " placement " + std::to_string(step.placement);
        if (step.provider_call_id.size > 0) line += " id " + copy(step.provider_call_id);
        if (step.outcome != 0) {
            line += step.outcome == EBRA_OUTCOME_COMPLETED ? " COMPLETED" : " FAILED";
        }
        (*told.tell)(line + " -> " + std::to_string(status));
        told.to->put(told.to->context, index, status, call);
    }
};

struct ToldCalls {
    const ebra_call_sink* to;
    const std::function<void(const std::string&)>* tell;
    const char* what;

    static void put(void* context, const ebra_call* call) {
        const auto& told = *static_cast<const ToldCalls*>(context);
        (*told.tell)(std::string("  ") + told.what + " " + copy(call->spec->id) + " placement " +
                     std::to_string(call->placement->number));
        told.to->put(told.to->context, call);
    }
};

}  // namespace

FaultyStore::FaultyStore(const OpenStore& inner, Effects effects)
    : inner_(inner), effects_(std::move(effects)) {
    table_.struct_size = sizeof table_;
    fill_writes();
    fill_reads();
}

void FaultyStore::tell(const char* what, StoreFault fault, ebra_status status) const {
    if (!effects_.tell) return;
    if (fault == StoreFault::kNone && status == EBRA_OK) return;
    effects_.tell(std::string(what) + text_of(fault) + " -> " + std::to_string(status));
}

template <typename Body>
ebra_status FaultyStore::write_slowly(bool waits_first, ebra_error* error, Body&& body) {
    if (waits_first) {
        effects_.wait(effects_.slow_ms());
        if (is_cut_off_) return fail(error, EBRA_UNAVAILABLE, "cut off");
        return body(*inner_.table, inner_.self);
    }
    const ebra_status status = body(*inner_.table, inner_.self);
    effects_.wait(effects_.slow_ms());
    return is_cut_off_ ? fail(error, EBRA_IN_DOUBT, "cut off") : status;
}

template <typename Body>
ebra_status FaultyStore::write(void* self, const char* what, ebra_error* error, Body&& body) {
    auto& store = *static_cast<FaultyStore*>(self);
    if (store.is_cut_off_) return fail(error, EBRA_UNAVAILABLE, "cut off");
    const StoreFault fault = store.effects_.roll();
    ebra_status status = EBRA_OK;
    switch (fault) {
        case StoreFault::kNone:
            status = body(*store.inner_.table, store.inner_.self);
            break;
        case StoreFault::kAway:
            status = fail(error, EBRA_UNAVAILABLE, "the store is away");
            break;
        case StoreFault::kSlowRequest:
        case StoreFault::kSlowAnswer:
            store.tell(what, fault, EBRA_OK);
            status = store.write_slowly(fault == StoreFault::kSlowRequest, error, body);
            break;
        case StoreFault::kDoubtUndone:
            status = fail(error, EBRA_IN_DOUBT, "commit answer lost");
            break;
        case StoreFault::kDoubtDone:
            (void)body(*store.inner_.table, store.inner_.self);
            status = fail(error, EBRA_IN_DOUBT, "commit answer lost");
            break;
        case StoreFault::kKillBefore:
            store.effects_.kill();
            status = fail(error, EBRA_UNAVAILABLE, "killed");
            break;
        case StoreFault::kKillAfter:
            (void)body(*store.inner_.table, store.inner_.self);
            store.effects_.kill();
            status = fail(error, EBRA_IN_DOUBT, "killed");
            break;
    }
    store.tell(what, fault, status);
    return status;
}

template <typename Body>
ebra_status FaultyStore::read(void* self, ebra_error* error, Body&& body) {
    auto& store = *static_cast<FaultyStore*>(self);
    if (store.is_cut_off_) return fail(error, EBRA_UNAVAILABLE, "cut off");
    const ebra_status status = body(*store.inner_.table, store.inner_.self);
    const std::int64_t slow_ms = store.effects_.read_ms();
    if (slow_ms > 0) store.effects_.wait(slow_ms);
    return store.is_cut_off_ ? fail(error, EBRA_UNAVAILABLE, "cut off") : status;
}

void FaultyStore::fill_writes() {
    table_.enqueue = [](void* self, ebra_time_ms now, const ebra_call_spec* const* specs,
                        std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return write(self, "enqueue", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.enqueue(inner_self, now, specs, count, sink, error);
        });
    };
    table_.patch = [](void* self, ebra_time_ms now, const ebra_patch* const* patches,
                      std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return write(self, "patch", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.patch(inner_self, now, patches, count, sink, error);
        });
    };
    table_.claim = [](void* self, const ebra_claim_request* request, const ebra_call_sink* sink,
                      ebra_claim_report* report, ebra_error* error) {
        const auto& tell = static_cast<FaultyStore*>(self)->effects_.tell;
        ToldCalls told{sink, &tell, "claimed"};
        const ebra_call_sink telling{&told, ToldCalls::put};
        return write(self, "claim", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.claim(inner_self, request, tell ? &telling : sink, report, error);
        });
    };
    table_.advance = [](void* self, ebra_time_ms now, const ebra_advance* const* steps,
                        std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        const auto& tell = static_cast<FaultyStore*>(self)->effects_.tell;
        ToldItems told{sink, steps, &tell};
        const ebra_item_sink telling{&told, ToldItems::put};
        return write(self, "advance", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.advance(inner_self, now, steps, count, tell ? &telling : sink, error);
        });
    };
    table_.reclaim = [](void* self, const ebra_reclaim_request* request, const ebra_call_sink* sink,
                        ebra_error* error) {
        const auto& tell = static_cast<FaultyStore*>(self)->effects_.tell;
        ToldCalls told{sink, &tell, "to look after"};
        const ebra_call_sink telling{&told, ToldCalls::put};
        return write(self, "reclaim", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.reclaim(inner_self, request, tell ? &telling : sink, error);
        });
    };
    table_.lease_renew = [](void* self, const ebra_lease_request* request,
                            ebra_lease_report* report, ebra_error* error) {
        return write(self, "lease_renew", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.lease_renew(inner_self, request, report, error);
        });
    };
    table_.lease_end = [](void* self, ebra_time_ms now, ebra_str node, ebra_error* error) {
        return write(self, "lease_end", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.lease_end(inner_self, now, node, error);
        });
    };
    table_.limits_set = [](void* self, ebra_time_ms now, const ebra_limit* const* limits,
                           std::size_t count, ebra_error* error) {
        return write(self, "limits_set", error, [&](const ebra_store& inner, void* inner_self) {
            return inner.limits_set(inner_self, now, limits, count, error);
        });
    };
}

void FaultyStore::fill_reads() {
    table_.capabilities = [](void* self) {
        auto& store = *static_cast<FaultyStore*>(self);
        return store.inner_.table->capabilities(store.inner_.self);
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
    table_.list = [](void* self, const ebra_list_request* request, const ebra_call_sink* sink,
                     ebra_error* error) {
        return read(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.list(inner_self, request, sink, error);
        });
    };
    table_.limits_get = [](void* self, const ebra_limit_sink* sink, ebra_error* error) {
        return read(self, error, [&](const ebra_store& inner, void* inner_self) {
            return inner.limits_get(inner_self, sink, error);
        });
    };
}

}  // namespace ebra::simulation
