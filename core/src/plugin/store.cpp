#include "plugin/store.hpp"

#include "plugin/breadcrumb.hpp"
#include "plugin/sinks.hpp"

namespace ebra {

namespace {

ebra_error fresh_error() {
    ebra_error error{};
    error.struct_size = sizeof error;
    return error;
}

/// Calls into the plugin and returns its status; what it throws is EBRA_IN_DOUBT, because nobody
/// can say how far it had come.
template <typename Body>
Status call_plugin(const char* where, Body&& body) {
    ebra_error error = fresh_error();
    const Breadcrumb breadcrumb("store", where);
    ebra_status status = EBRA_IN_DOUBT;
    try {
        status = body(&error);
    } catch (...) {
        return Error{ErrorCode::kInDoubt, std::string("the store plugin threw in ") + where};
    }
    if (status == EBRA_OK) return Done{};
    return error_from(status, error);
}

template <typename Abi, typename Value, typename Convert>
std::vector<Abi> convert_all(std::span<const Value> values, Convert&& convert) {
    std::vector<Abi> made;
    made.reserve(values.size());
    for (const Value& value : values) made.push_back(convert(value));
    return made;
}

/// The ABI takes arrays of pointers, never arrays of structs that may grow.
template <typename Abi>
std::vector<const Abi*> pointers_to(const std::vector<Abi>& structs) {
    std::vector<const Abi*> made;
    made.reserve(structs.size());
    for (const Abi& one : structs) made.push_back(&one);
    return made;
}

ebra_patch to_abi(const Patch& patch) {
    ebra_patch made{};
    made.struct_size = sizeof made;
    made.id = abi_str(patch.id);
    if (patch.to) {
        made.mask |= EBRA_PATCH_TO;
        made.to = abi_str(*patch.to);
        made.exclusive_key = abi_str(*patch.to);
    }
    if (patch.script_id) {
        made.mask |= EBRA_PATCH_SCRIPT;
        made.script_id = abi_str(*patch.script_id);
    }
    if (patch.metadata_json) {
        made.mask |= EBRA_PATCH_METADATA;
        made.metadata_json = abi_str(*patch.metadata_json);
    }
    return made;
}

ebra_advance to_abi(const Step* shown) {
    const Step& step = *shown;
    ebra_advance made{};
    made.struct_size = sizeof made;
    made.step = step.step;
    made.call_id = abi_str(step.call_id);
    made.placement = step.placement;
    made.flags = step.flags;
    made.claim = step.claim;
    made.provider = abi_str(step.provider);
    made.provider_call_id = abi_str(step.provider_call_id);
    made.provider_state = abi_str(step.provider_state);
    made.dedup_key = abi_str(step.dedup_key);
    made.reason = abi_str(step.reason);
    made.outcome = static_cast<std::int32_t>(step.outcome);
    made.disposition = static_cast<std::int32_t>(step.disposition);
    made.error_class = static_cast<std::int32_t>(step.error_class);
    made.occurred_at = step.occurred_at;
    made.due_at = step.due_at;
    made.duration_ms = step.details.duration_ms;
    made.cost_micros = step.details.cost_micros;
    made.cost_currency = abi_str(step.details.cost_currency);
    made.recording_url = abi_str(step.details.recording_url);
    made.transcript_url = abi_str(step.details.transcript_url);
    return made;
}

ebra_limit to_abi(const Limit& limit) {
    ebra_limit made{};
    made.struct_size = sizeof made;
    made.mask = limit.mask;
    made.key = abi_str(limit.key);
    made.max_in_flight = limit.max_in_flight;
    made.grants_per_1000s = limit.grants_per_1000s;
    made.burst = limit.burst;
    made.paused = limit.is_paused ? 1 : 0;
    made.blocked_until = limit.blocked_until;
    made.note = abi_str(limit.note);
    return made;
}

Limit limit_from(const ebra_limit& limit) {
    Limit made;
    made.key = from_abi(limit.key);
    made.max_in_flight = limit.max_in_flight;
    made.grants_per_1000s = limit.grants_per_1000s;
    made.burst = limit.burst;
    made.in_flight = limit.in_flight;
    made.is_paused = limit.paused != 0;
    made.blocked_until = limit.blocked_until;
    made.note = from_abi(limit.note);
    return made;
}

/// A batch in, one result for each item out.
template <typename Abi, typename Value, typename Function>
Result<std::vector<ItemResult>> run_batch(const char* where, std::span<const Value> values,
                                          Function&& function) {
    const auto structs = convert_all<Abi>(values, [](const Value& value) { return to_abi(value); });
    const auto pointers = pointers_to(structs);
    std::vector<ItemResult> items(values.size());
    const ebra_item_sink sink = collect_items(items);
    Status status = call_plugin(where, [&](ebra_error* error) {
        return function(pointers.data(), pointers.size(), &sink, error);
    });
    if (!status) return std::move(status).error();
    return items;
}

template <typename Body>
Result<std::vector<Call>> read_calls(const char* where, Body&& body) {
    std::vector<Call> calls;
    const ebra_call_sink sink = collect_calls(calls);
    Status status = call_plugin(where, [&](ebra_error* error) { return body(&sink, error); });
    if (!status) return std::move(status).error();
    return calls;
}

}  // namespace

Error error_from(ebra_status status, const ebra_error& error) {
    std::string message = error.message;
    if (message.empty())
        message = "the plugin gave no reason (status " + std::to_string(status) + ")";
    const bool is_known = status >= EBRA_INVALID_ARGUMENT && status <= EBRA_ALREADY;
    return Error{is_known ? static_cast<ErrorCode>(status) : ErrorCode::kInternal, message,
                 error.retry_after_ms};
}

Store::Store(const ebra_store* table, void* self, const StoreExtensions& extensions)
    : table_(table), self_(self), extensions_(extensions) {}

std::uint64_t Store::capabilities() {
    return table_->capabilities(self_);
}

Result<TimeMs> Store::now() {
    ebra_time_ms now = 0;
    Status status =
        call_plugin("now", [&](ebra_error* error) { return table_->now(self_, &now, error); });
    if (!status) return std::move(status).error();
    return now;
}

Result<std::vector<ItemResult>> Store::enqueue(TimeMs now, std::span<const NewCall> calls) {
    return run_batch<ebra_call_spec>(
        "enqueue", calls, [&](auto... rest) { return table_->enqueue(self_, now, rest...); });
}

Result<std::vector<ItemResult>> Store::patch(TimeMs now, std::span<const Patch> patches) {
    return run_batch<ebra_patch>("patch", patches,
                                 [&](auto... rest) { return table_->patch(self_, now, rest...); });
}

Result<Claimed> Store::claim(const ClaimRequest& request) {
    std::vector<ebra_str> providers;
    for (const std::string& provider : request.providers) providers.push_back(abi_str(provider));
    ebra_claim_request asked{};
    asked.struct_size = sizeof asked;
    asked.limit = request.limit;
    asked.now = request.now;
    asked.token = request.token;
    asked.node = abi_str(request.node);
    asked.providers = providers.data();
    asked.provider_count = providers.size();

    Claimed claimed;
    claimed.report.struct_size = sizeof claimed.report;
    const ebra_call_sink sink = collect_calls(claimed.calls);
    Status status = call_plugin("claim", [&](ebra_error* error) {
        return table_->claim(self_, &asked, &sink, &claimed.report, error);
    });
    if (!status) return std::move(status).error();
    return claimed;
}

Result<std::vector<ItemResult>> Store::advance(TimeMs now, std::span<const Step* const> steps) {
    return run_batch<ebra_advance>(
        "advance", steps, [&](auto... rest) { return table_->advance(self_, now, rest...); });
}

Result<std::vector<Call>> Store::reclaim(const ReclaimRequest& request) {
    ebra_reclaim_request asked{};
    asked.struct_size = sizeof asked;
    asked.limit = request.limit;
    asked.now = request.now;
    asked.token = request.token;
    asked.node = abi_str(request.node);
    asked.dead_ask_after_ms = request.dead_ask_after_ms;
    asked.ask_after_ms = request.ask_after_ms;
    asked.stale_after_ms = request.stale_after_ms;
    asked.undecided_after_ms = request.undecided_after_ms;
    return read_calls("reclaim", [&](const ebra_call_sink* sink, ebra_error* error) {
        return table_->reclaim(self_, &asked, sink, error);
    });
}

Result<ebra_lease_report> Store::lease_renew(const LeaseRequest& request) {
    ebra_lease_request asked{};
    asked.struct_size = sizeof asked;
    asked.now = request.now;
    asked.lease_ms = request.lease_ms;
    asked.node = abi_str(request.node);
    asked.config_digest = abi_str(request.config_digest);
    asked.about = abi_str(request.about);
    ebra_lease_report report{};
    report.struct_size = sizeof report;
    Status status = call_plugin("lease_renew", [&](ebra_error* error) {
        return table_->lease_renew(self_, &asked, &report, error);
    });
    if (!status) return std::move(status).error();
    return report;
}

Status Store::lease_end(TimeMs now, std::string_view node) {
    return call_plugin("lease_end", [&](ebra_error* error) {
        return table_->lease_end(self_, now, abi_str(node), error);
    });
}

Status Store::limits_set(TimeMs now, std::span<const Limit> limits) {
    const auto structs =
        convert_all<ebra_limit>(limits, [](const Limit& limit) { return to_abi(limit); });
    const auto pointers = pointers_to(structs);
    return call_plugin("limits_set", [&](ebra_error* error) {
        return table_->limits_set(self_, now, pointers.data(), pointers.size(), error);
    });
}

Status Store::gap_set(TimeMs now, std::int64_t min_gap_ms) {
    if (!can_keep_gap()) {
        return Error{ErrorCode::kUnsupported, "the store has no " EBRA_STORE_GAP_ID};
    }
    return call_plugin("gap_set", [&](ebra_error* error) {
        return extensions_.gap->set(self_, now, min_gap_ms, error);
    });
}

Result<ebra_prune_report> Store::prune(const PruneRequest& request) {
    const ebra_store_retain* table = extensions_.retain;
    if (table == nullptr) {
        return Error{ErrorCode::kUnsupported,
                     "this store cannot remove finished calls: it has no " EBRA_STORE_RETAIN_ID};
    }
    ebra_prune_request asked{};
    asked.struct_size = sizeof asked;
    asked.limit = request.limit;
    asked.now = request.now;
    asked.before = request.before;
    asked.after = request.after;
    asked.flags = EBRA_PRUNE_OWED | (request.is_dry_run ? EBRA_PRUNE_DRY_RUN : 0u);
    ebra_prune_report report{};
    report.struct_size = sizeof report;
    Status status = call_plugin(
        "prune", [&](ebra_error* error) { return table->prune(self_, &asked, &report, error); });
    if (!status) return std::move(status).error();
    return report;
}

Result<std::string> Store::setting(std::string_view key, std::string_view proposed) {
    std::string value;
    const ebra_text_sink sink{&value, [](void* context, ebra_str text) {
                                  *static_cast<std::string*>(context) = from_abi(text);
                              }};
    Status status = call_plugin("setting", [&](ebra_error* error) {
        return table_->setting(self_, abi_str(key), abi_str(proposed), &sink, error);
    });
    if (!status) return std::move(status).error();
    return value;
}

Result<std::vector<Limit>> Store::limits() {
    std::vector<Limit> limits;
    const ebra_limit_sink sink{
        &limits, [](void* context, const ebra_limit* limit) {
            static_cast<std::vector<Limit>*>(context)->push_back(limit_from(*limit));
        }};
    Status status = call_plugin(
        "limits_get", [&](ebra_error* error) { return table_->limits_get(self_, &sink, error); });
    if (!status) return std::move(status).error();
    return limits;
}

Result<std::optional<Call>> Store::get(std::string_view id) {
    const ebra_str asked = abi_str(id);
    auto calls = read_calls("get", [&](const ebra_call_sink* sink, ebra_error* error) {
        return table_->get(self_, &asked, 1, sink, error);
    });
    if (!calls) return std::move(calls).error();
    if (calls->empty()) return std::optional<Call>();
    return std::optional<Call>(std::move(calls->front()));
}

Result<std::vector<Call>> Store::find_by_provider_id(std::string_view provider,
                                                     std::string_view id) {
    ebra_find_request asked{};
    asked.struct_size = sizeof asked;
    asked.by = EBRA_FIND_PROVIDER_CALL_ID;
    asked.provider = abi_str(provider);
    asked.value = abi_str(id);
    return read_calls("find", [&](const ebra_call_sink* sink, ebra_error* error) {
        return table_->find(self_, &asked, sink, error);
    });
}

Result<std::vector<Call>> Store::find_by_claim(std::uint64_t claim) {
    ebra_find_request asked{};
    asked.struct_size = sizeof asked;
    asked.by = EBRA_FIND_CLAIM;
    asked.claim = claim;
    return read_calls("find", [&](const ebra_call_sink* sink, ebra_error* error) {
        return table_->find(self_, &asked, sink, error);
    });
}

Result<std::vector<Call>> Store::list(std::optional<CallStatus> status, std::uint64_t offset,
                                      std::uint64_t limit) {
    ebra_list_request asked{};
    asked.struct_size = sizeof asked;
    asked.status = status ? static_cast<std::int32_t>(*status) : 0;
    asked.offset = offset;
    asked.limit = limit;
    return read_calls("list", [&](const ebra_call_sink* sink, ebra_error* error) {
        return table_->list(self_, &asked, sink, error);
    });
}

Result<Counts> Store::counts() {
    ebra_counts counts{};
    counts.struct_size = sizeof counts;
    Status status = call_plugin(
        "counts", [&](ebra_error* error) { return table_->counts(self_, &counts, error); });
    if (!status) return std::move(status).error();
    return from_abi(counts);
}

Result<std::vector<WhyNot>> Store::explain(TimeMs now, std::string_view id) {
    std::vector<WhyNot> reasons;
    const auto sink = collect_into<ebra_reason_sink, WhyNot, ebra_reason>(reasons);
    Status status = call_plugin("explain", [&](ebra_error* error) {
        return table_->explain(self_, now, abi_str(id), &sink, error);
    });
    if (!status) return std::move(status).error();
    return reasons;
}

Result<Timeline> Store::timeline(std::string_view id) {
    const ebra_store_timeline* table = extensions_.timeline;
    if (table == nullptr) {
        return Error{ErrorCode::kUnsupported, "this store keeps no history of calls"};
    }
    Timeline timeline;
    const auto entries = collect_into<ebra_entry_sink, TimelineEntry, ebra_entry>(timeline.entries);
    const auto placements =
        collect_into<ebra_placement_sink, Placement, ebra_placement>(timeline.placements);
    Status status = call_plugin("timeline", [&](ebra_error* error) {
        const ebra_status read = table->entries(self_, abi_str(id), &entries, error);
        return read != EBRA_OK ? read : table->placements(self_, abi_str(id), &placements, error);
    });
    if (!status) return std::move(status).error();
    return timeline;
}

Status Store::health() {
    return call_plugin("health", [&](ebra_error* error) { return table_->health(self_, error); });
}

bool Store::wait(std::int64_t timeout_ms) {
    return call_plugin("wait",
                       [&](ebra_error* error) { return table_->wait(self_, timeout_ms, error); })
        .ok();
}

void Store::wake() {
    table_->wake(self_);
}

}  // namespace ebra
