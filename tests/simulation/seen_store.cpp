#include "seen_store.hpp"

#include "assert.hpp"

#include "ebra/plugin.hpp"

namespace ebra::simulation {

using plugin::copy;
using plugin::str;

namespace {

constexpr std::uint64_t kPage = 1'000;

SeenPlacement seen(const ebra_placement& placement) {
    SeenPlacement made;
    made.number = placement.number;
    made.state = placement.state;
    made.outcome = placement.outcome;
    made.disposition = placement.disposition;
    made.is_counted = placement.counted != 0;
    made.contradictions = placement.contradictions;
    made.provider = copy(placement.provider);
    made.provider_call_id = copy(placement.provider_call_id);
    made.claimed_at = placement.claimed_at;
    made.ended_at = placement.ended_at;
    return made;
}

SeenCall seen(const ebra_call& call) {
    SeenCall made;
    made.id = copy(call.spec->id);
    made.to = copy(call.spec->to);
    made.status = call.state->status;
    made.attempts = call.state->attempts;
    made.not_before = call.spec->not_before;
    made.not_after = call.spec->not_after;
    if (call.placement != nullptr) made.latest = seen(*call.placement);
    return made;
}

void put_call(void* context, const ebra_call* call) {
    static_cast<std::vector<SeenCall>*>(context)->push_back(seen(*call));
}

}  // namespace

std::optional<SeenCall> SeenStore::call(const std::string& id) const {
    std::vector<SeenCall> found;
    const ebra_call_sink sink{&found, put_call};
    const ebra_str asked = str(id);
    const ebra_status status = store_.table->get(store_.self, &asked, 1, &sink, nullptr);
    EBRA_ASSERT(status == EBRA_OK);
    if (found.empty()) return std::nullopt;
    return found.front();
}

std::vector<SeenCall> SeenStore::calls() const {
    std::vector<SeenCall> found;
    const ebra_call_sink sink{&found, put_call};
    auto request = plugin::sized<ebra_list_request>();
    request.limit = kPage;
    for (;;) {
        request.offset = found.size();
        const ebra_status status = store_.table->list(store_.self, &request, &sink, nullptr);
        EBRA_ASSERT(status == EBRA_OK);
        if (found.size() < request.offset + kPage) return found;
    }
}

std::vector<SeenPlacement> SeenStore::placements(const std::string& id) const {
    std::vector<SeenPlacement> found;
    ebra_placement_sink sink{};
    sink.context = &found;
    sink.put = [](void* context, const ebra_placement* placement) {
        static_cast<std::vector<SeenPlacement>*>(context)->push_back(seen(*placement));
    };
    (void)store_.timeline->placements(store_.self, str(id), &sink, nullptr);
    return found;
}

std::vector<SeenEntry> SeenStore::entries(const std::string& id) const {
    std::vector<SeenEntry> found;
    ebra_entry_sink sink{};
    sink.context = &found;
    sink.put = [](void* context, const ebra_entry* entry) {
        static_cast<std::vector<SeenEntry>*>(context)->push_back(
            {entry->kind, entry->placement, entry->applied != 0, entry->at, copy(entry->detail)});
    };
    (void)store_.timeline->entries(store_.self, str(id), &sink, nullptr);
    return found;
}

ebra_counts SeenStore::counts() const {
    auto counts = plugin::sized<ebra_counts>();
    const ebra_status status = store_.table->counts(store_.self, &counts, nullptr);
    EBRA_ASSERT(status == EBRA_OK);
    return counts;
}

std::vector<std::int32_t> SeenStore::reasons(const std::string& id, ebra_time_ms now) const {
    std::vector<std::int32_t> found;
    ebra_reason_sink sink{};
    sink.context = &found;
    sink.put = [](void* context, const ebra_reason* reason) {
        static_cast<std::vector<std::int32_t>*>(context)->push_back(reason->why);
    };
    (void)store_.table->explain(store_.self, now, str(id), &sink, nullptr);
    return found;
}

std::vector<std::string> SeenStore::inner_faults(ebra_time_ms now) const {
    std::vector<std::string> found;
    if (store_.check == nullptr) return found;
    ebra_text_sink sink{};
    sink.context = &found;
    sink.put = [](void* context, ebra_str text) {
        static_cast<std::vector<std::string>*>(context)->push_back(copy(text));
    };
    (void)store_.check->check(store_.self, now, &sink, nullptr);
    return found;
}

}  // namespace ebra::simulation
