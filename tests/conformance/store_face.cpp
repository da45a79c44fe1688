#include "store_face.hpp"

#include "expect.hpp"

#include <memory>

namespace ebra::conformance {

using plugin::copy;
using plugin::sized;
using plugin::str;

namespace {

ebra_call_sink collect(std::vector<SeenCall>& into) {
    return {&into, [](void* context, const ebra_call* call) {
                static_cast<std::vector<SeenCall>*>(context)->push_back(seen(*call));
            }};
}

ebra_item_sink collect(std::vector<SeenItem>& into) {
    return {&into, [](void* context, std::size_t index, ebra_status status, const ebra_call* call) {
                auto& items = *static_cast<std::vector<SeenItem>*>(context);
                items.at(index).status = status;
                if (call != nullptr) items.at(index).call = seen(*call);
            }};
}

ebra_text_sink collect(std::vector<std::string>& into) {
    return {&into, [](void* context, ebra_str text) {
                static_cast<std::vector<std::string>*>(context)->push_back(copy(text));
            }};
}

template <typename Table>
const Table* extension(const ebra_plugin& plugin, const char* id) {
    return static_cast<const Table*>(plugin.get_interface(id));
}

std::vector<ebra_str> strings(const std::vector<std::string>& texts) {
    std::vector<ebra_str> made;
    for (const std::string& text : texts) made.push_back(str(text));
    return made;
}

}  // namespace

StoreFace::StoreFace(const ebra_plugin& plugin, const ebra_store& table, const ebra_host* host,
                     const std::string& options)
    : plugin_(plugin),
      table_(table),
      timeline_(extension<ebra_store_timeline>(plugin, EBRA_STORE_TIMELINE_ID)),
      outbox_(extension<ebra_store_outbox>(plugin, EBRA_STORE_OUTBOX_ID)),
      check_(extension<ebra_store_check>(plugin, EBRA_STORE_CHECK_ID)),
      gap_(extension<ebra_store_gap>(plugin, EBRA_STORE_GAP_ID)),
      retain_(extension<ebra_store_retain>(plugin, EBRA_STORE_RETAIN_ID)),
      error_(sized<ebra_error>()) {
    status_ = plugin_.create(host, str(options), &self_, &error_);
}

StoreFace::~StoreFace() {
    if (self_ != nullptr) plugin_.destroy(self_);
}

void StoreFace::after_write(ebra_time_ms now) {
    if (!checks_after_writes_) return;
    const ebra_status status = status_;
    const std::vector<std::string> violations = check(now);
    status_ = status;
    if (!violations.empty()) fail_case("ebra.store.check/1 says: " + violations.front());
}

ebra_time_ms StoreFace::now() {
    ebra_time_ms now = 0;
    status_ = table_.now(self_, &now, &error_);
    return now;
}

std::vector<SeenItem> StoreFace::enqueue(ebra_time_ms now, const std::vector<NewCall>& calls) {
    std::vector<ebra_call_spec> specs;
    std::vector<std::vector<ebra_str>> cap_keys(calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) specs.push_back(abi_of(calls[i], cap_keys[i]));
    std::vector<const ebra_call_spec*> pointers;
    for (const auto& spec : specs) pointers.push_back(&spec);
    std::vector<SeenItem> items(calls.size());
    const ebra_item_sink sink = collect(items);
    status_ = table_.enqueue(self_, now, pointers.data(), pointers.size(), &sink, &error_);
    after_write(now);
    return items;
}

ebra_status StoreFace::enqueue_status(ebra_time_ms now, const NewCall& call) {
    const auto items = enqueue(now, {call});
    return status() != EBRA_OK ? status() : items.front().status;
}

SeenClaim StoreFace::claim(ebra_time_ms now, std::uint32_t limit, std::uint64_t token,
                           const std::vector<std::string>& providers, const std::string& node) {
    const std::vector<ebra_str> names = strings(providers);
    auto request = sized<ebra_claim_request>();
    request.limit = limit;
    request.now = now;
    request.token = token;
    request.node = str(node);
    request.providers = names.data();
    request.provider_count = names.size();
    SeenClaim made;
    made.report.struct_size = sizeof(made.report);
    const ebra_call_sink sink = collect(made.calls);
    made.status = table_.claim(self_, &request, &sink, &made.report, &error_);
    status_ = made.status;
    after_write(now);
    return made;
}

std::vector<SeenItem> StoreFace::advance(ebra_time_ms now, const std::vector<ebra_advance>& steps) {
    std::vector<const ebra_advance*> pointers;
    for (const auto& step : steps) pointers.push_back(&step);
    std::vector<SeenItem> items(steps.size());
    const ebra_item_sink sink = collect(items);
    status_ = table_.advance(self_, now, pointers.data(), pointers.size(), &sink, &error_);
    after_write(now);
    return items;
}

SeenItem StoreFace::advance_one(ebra_time_ms now, const ebra_advance& step) {
    SeenItem item = advance(now, {step}).front();
    if (status_ != EBRA_OK) item.status = status_;
    return item;
}

std::vector<SeenItem> StoreFace::take_all(ebra_time_ms now, const std::vector<NewStep>& steps) {
    std::vector<ebra_advance> made;
    made.reserve(steps.size());
    for (const NewStep& step : steps) made.push_back(abi_of(step));
    return advance(now, made);
}

SeenItem StoreFace::take(ebra_time_ms now, const NewStep& step) {
    return advance_one(now, abi_of(step));
}

SeenItem StoreFace::patch(ebra_time_ms now, const ebra_patch& patch) {
    const ebra_patch* pointer = &patch;
    std::vector<SeenItem> items(1);
    const ebra_item_sink sink = collect(items);
    status_ = table_.patch(self_, now, &pointer, 1, &sink, &error_);
    after_write(now);
    if (status_ != EBRA_OK) items.front().status = status_;
    return items.front();
}

SeenItem StoreFace::patch_number(ebra_time_ms now, const std::string& id, const std::string& to) {
    auto change = sized<ebra_patch>();
    change.mask = EBRA_PATCH_TO;
    change.id = str(id);
    change.to = str(to);
    change.exclusive_key = str(to);
    return patch(now, change);
}

std::vector<SeenCall> StoreFace::reclaim(ebra_time_ms now, std::uint64_t token, std::uint32_t limit,
                                         const std::string& node) {
    Patience patience;
    patience.limit = limit;
    return reclaim(now, token, patience, node);
}

std::vector<SeenCall> StoreFace::reclaim(ebra_time_ms now, std::uint64_t token,
                                         const Patience& patience, const std::string& node) {
    auto request = sized<ebra_reclaim_request>();
    request.limit = patience.limit;
    request.now = now;
    request.token = token;
    request.node = str(node);
    request.dead_ask_after_ms = patience.dead_ask_after_ms;
    request.ask_after_ms = patience.ask_after_ms;
    request.stale_after_ms = patience.stale_after_ms;
    request.undecided_after_ms = patience.undecided_after_ms;
    std::vector<SeenCall> calls;
    const ebra_call_sink sink = collect(calls);
    status_ = table_.reclaim(self_, &request, &sink, &error_);
    after_write(now);
    return calls;
}

ebra_status StoreFace::renew(ebra_time_ms now, std::int64_t lease_ms, const std::string& node,
                             const std::string& digest, ebra_lease_report* report) {
    auto request = sized<ebra_lease_request>();
    request.now = now;
    request.lease_ms = lease_ms;
    request.node = str(node);
    request.config_digest = str(digest);
    auto made = sized<ebra_lease_report>();
    status_ = table_.lease_renew(self_, &request, &made, &error_);
    if (report != nullptr) *report = made;
    after_write(now);
    return status_;
}

ebra_status StoreFace::end_lease(ebra_time_ms now, const std::string& node) {
    status_ = table_.lease_end(self_, now, str(node), &error_);
    after_write(now);
    return status_;
}

namespace {

ebra_limit limit_of(const std::string& key, std::uint32_t mask) {
    auto limit = sized<ebra_limit>();
    limit.key = str(key);
    limit.mask = mask;
    return limit;
}

}  // namespace

ebra_status StoreFace::set_limit(ebra_time_ms now, const ebra_limit& limit) {
    const ebra_limit* pointer = &limit;
    status_ = table_.limits_set(self_, now, &pointer, 1, &error_);
    after_write(now);
    return status_;
}

ebra_status StoreFace::set_max(ebra_time_ms now, const std::string& key, std::int64_t max) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_MAX);
    limit.max_in_flight = max;
    return set_limit(now, limit);
}

ebra_status StoreFace::set_rate(ebra_time_ms now, const std::string& key,
                                std::int64_t grants_per_1000s, std::int64_t burst) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_RATE);
    limit.grants_per_1000s = grants_per_1000s;
    limit.burst = burst;
    return set_limit(now, limit);
}

ebra_status StoreFace::set_paused(ebra_time_ms now, const std::string& key, bool is_paused) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_PAUSED);
    limit.paused = is_paused ? 1 : 0;
    return set_limit(now, limit);
}

ebra_status StoreFace::set_blocked(ebra_time_ms now, const std::string& key, ebra_time_ms until,
                                   bool may_unblock) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_BLOCKED);
    if (may_unblock) limit.mask |= EBRA_LIMIT_UNBLOCK;
    limit.blocked_until = until;
    return set_limit(now, limit);
}

std::vector<SeenLimit> StoreFace::limits() {
    std::vector<SeenLimit> limits;
    const ebra_limit_sink sink = {
        &limits, [](void* context, const ebra_limit* limit) {
            static_cast<std::vector<SeenLimit>*>(context)->push_back(
                {copy(limit->key), limit->max_in_flight, limit->grants_per_1000s, limit->burst,
                 limit->in_flight, limit->paused != 0, limit->blocked_until, copy(limit->note)});
        }};
    status_ = table_.limits_get(self_, &sink, &error_);
    return limits;
}

std::string StoreFace::setting(const std::string& key, const std::string& proposed) {
    std::vector<std::string> texts;
    const ebra_text_sink sink = collect(texts);
    status_ = table_.setting(self_, str(key), str(proposed), &sink, &error_);
    if (status_ != EBRA_OK || texts.size() != 1) fail_case("setting gave no single value");
    return texts.front();
}

std::optional<SeenCall> StoreFace::get(const std::string& id) {
    const std::vector<SeenCall> calls = get_all({id});
    if (calls.empty()) return std::nullopt;
    return calls.front();
}

std::vector<SeenCall> StoreFace::get_all(const std::vector<std::string>& ids) {
    const std::vector<ebra_str> names = strings(ids);
    std::vector<SeenCall> calls;
    const ebra_call_sink sink = collect(calls);
    status_ = table_.get(self_, names.data(), names.size(), &sink, &error_);
    return calls;
}

std::vector<SeenCall> StoreFace::find(std::int32_t by, const std::string& provider,
                                      const std::string& value, std::uint64_t claim) {
    auto request = sized<ebra_find_request>();
    request.by = by;
    request.provider = str(provider);
    request.value = str(value);
    request.claim = claim;
    std::vector<SeenCall> calls;
    const ebra_call_sink sink = collect(calls);
    status_ = table_.find(self_, &request, &sink, &error_);
    return calls;
}

std::vector<SeenCall> StoreFace::list(std::int32_t status, std::uint64_t offset,
                                      std::uint64_t limit) {
    auto request = sized<ebra_list_request>();
    request.status = status;
    request.offset = offset;
    request.limit = limit;
    std::vector<SeenCall> calls;
    const ebra_call_sink sink = collect(calls);
    status_ = table_.list(self_, &request, &sink, &error_);
    return calls;
}

ebra_counts StoreFace::counts() {
    auto counts = sized<ebra_counts>();
    status_ = table_.counts(self_, &counts, &error_);
    return counts;
}

std::vector<SeenReason> StoreFace::reasons(ebra_time_ms now, const std::string& id) {
    std::vector<SeenReason> reasons;
    const ebra_reason_sink sink = {&reasons, [](void* context, const ebra_reason* reason) {
                                       static_cast<std::vector<SeenReason>*>(context)->push_back(
                                           {reason->why, copy(reason->subject), reason->until});
                                   }};
    status_ = table_.explain(self_, now, str(id), &sink, &error_);
    return reasons;
}

std::vector<std::int32_t> StoreFace::explain(ebra_time_ms now, const std::string& id) {
    std::vector<std::int32_t> kinds;
    for (const SeenReason& reason : reasons(now, id)) kinds.push_back(reason.why);
    return kinds;
}

std::vector<SeenEntry> StoreFace::history(const std::string& id) {
    std::vector<SeenEntry> entries;
    const ebra_entry_sink sink = {
        &entries, [](void* context, const ebra_entry* entry) {
            static_cast<std::vector<SeenEntry>*>(context)->push_back(
                {entry->kind, entry->placement, entry->status, entry->applied != 0, entry->at});
        }};
    status_ = timeline_->entries(self_, str(id), &sink, &error_);
    return entries;
}

std::vector<std::pair<std::int32_t, bool>> StoreFace::entries(const std::string& id) {
    std::vector<std::pair<std::int32_t, bool>> kinds;
    for (const SeenEntry& entry : history(id)) kinds.emplace_back(entry.kind, entry.is_applied);
    return kinds;
}

std::vector<SeenCall> StoreFace::placements(const std::string& id) {
    std::vector<SeenCall> placements;
    const ebra_placement_sink sink = {
        &placements, [](void* context, const ebra_placement* placement) {
            static_cast<std::vector<SeenCall>*>(context)->push_back(seen(*placement));
        }};
    status_ = timeline_->placements(self_, str(id), &sink, &error_);
    return placements;
}

std::vector<SeenOutboxRow> StoreFace::outbox(std::uint64_t after, std::size_t limit) {
    std::vector<SeenOutboxRow> rows;
    const ebra_outbox_sink sink = {
        &rows, [](void* context, const ebra_outbox_row* row) {
            static_cast<std::vector<SeenOutboxRow>*>(context)->push_back(
                {row->sequence, copy(row->call_id), row->status, row->at});
        }};
    status_ = outbox_->read(self_, after, limit, &sink, &error_);
    return rows;
}

std::vector<std::string> StoreFace::outbox_ids() {
    std::vector<std::string> ids;
    for (const SeenOutboxRow& row : outbox()) ids.push_back(row.call_id);
    return ids;
}

ebra_status StoreFace::acknowledge(const std::vector<std::uint64_t>& sequences) {
    return outbox_->ack(self_, sequences.data(), sequences.size(), &error_);
}

ebra_status StoreFace::set_gap(ebra_time_ms now, std::int64_t min_gap_ms) {
    status_ = gap_->set(self_, now, min_gap_ms, &error_);
    after_write(now);
    return status_;
}

std::int64_t StoreFace::gap() {
    std::int64_t gap_ms = -1;
    status_ = gap_->get(self_, &gap_ms, &error_);
    return gap_ms;
}

ebra_prune_report StoreFace::prune(ebra_time_ms now, ebra_time_ms before, std::uint32_t limit,
                                   std::uint64_t after, std::uint32_t flags) {
    auto request = sized<ebra_prune_request>();
    request.limit = limit;
    request.now = now;
    request.before = before;
    request.after = after;
    request.flags = flags;
    auto report = sized<ebra_prune_report>();
    status_ = retain_->prune(self_, &request, &report, &error_);
    after_write(now);
    return report;
}

std::vector<std::string> StoreFace::check(ebra_time_ms now) {
    std::vector<std::string> lines;
    const ebra_text_sink sink = collect(lines);
    status_ = check_->check(self_, now, &sink, &error_);
    if (status_ != EBRA_OK) lines.emplace_back(error_.message);
    return lines;
}

}  // namespace ebra::conformance
