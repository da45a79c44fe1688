#include "store_face.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace ebra::sqlite::test {

using plugin::copy;
using plugin::sized;
using plugin::str;

namespace {

SeenCall seen(const ebra_call& call) {
    SeenCall made;
    made.id = copy(call.spec->id);
    made.to = copy(call.spec->to);
    made.exclusive_key = copy(call.spec->exclusive_key);
    made.metadata_json = copy(call.spec->metadata_json);
    for (std::size_t i = 0; i < call.spec->cap_key_count; ++i) {
        made.cap_keys.push_back(copy(call.spec->cap_keys[i]));
    }
    made.priority = call.spec->priority;
    made.last_error = copy(call.state->last_error);
    made.status = call.state->status;
    made.attempts = call.state->attempts;
    made.placements = call.state->placements;
    made.undecided = call.state->undecided != 0;
    made.fixed_outcome = call.state->fixed_outcome;
    made.created_at = call.state->created_at;
    made.started_at = call.state->started_at;
    made.ended_at = call.state->ended_at;
    made.next_run_at = call.state->next_run_at;
    if (call.placement == nullptr) return made;
    made.has_placement = true;
    made.number = call.placement->number;
    made.state = call.placement->state;
    made.outcome = call.placement->outcome;
    made.disposition = call.placement->disposition;
    made.decision = call.placement->decision;
    made.asked = call.placement->asked;
    made.contradictions = call.placement->contradictions;
    made.claim = call.placement->claim;
    made.provider = copy(call.placement->provider);
    made.provider_call_id = copy(call.placement->provider_call_id);
    made.reason = copy(call.placement->reason);
    made.accepted_at = call.placement->accepted_at;
    made.ask_at = call.placement->ask_at;
    made.cost_micros = call.placement->cost_micros;
    return made;
}

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
const Table& extension(const ebra_plugin& plugin, const char* id) {
    return *static_cast<const Table*>(plugin.get_interface(id));
}

std::vector<ebra_str> strings(const std::vector<std::string>& texts) {
    std::vector<ebra_str> made;
    for (const std::string& text : texts) made.push_back(str(text));
    return made;
}

Host& host_of(const ebra_host* table) {
    return *static_cast<Host*>(table->impl);
}

}  // namespace

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ebra-sqlite-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Host::Host(bool uses_machine_clock) : table_(sized<ebra_host>()) {
    table_.impl = this;
    table_.log = [](const ebra_host*, std::int32_t, ebra_str) {};
    if (uses_machine_clock) {
        table_.now_ms = [](const ebra_host*) { return kStart; };
        table_.monotonic_ns = [](const ebra_host*) -> std::uint64_t {
            const auto since = std::chrono::steady_clock::now().time_since_epoch();
            return static_cast<std::uint64_t>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
        };
        return;
    }
    table_.now_ms = [](const ebra_host* host) { return ebra_time_ms{host_of(host).wall_ms}; };
    table_.monotonic_ns = [](const ebra_host* host) {
        return static_cast<std::uint64_t>(host_of(host).monotonic_ns.load());
    };
}

ebra_advance step_of(std::int32_t step) {
    auto made = sized<ebra_advance>();
    made.step = step;
    made.duration_ms = -1;
    made.cost_micros = -1;
    return made;
}

StoreFace::StoreFace(const Host& host, const std::string& path, const std::string& more_options)
    : plugin_(ebra_plugin_v1()),
      table_(&extension<ebra_store>(*plugin_, EBRA_STORE_ID)),
      error_(sized<ebra_error>()) {
    const std::string options = R"({"path": ")" + path + "\"" + more_options + "}";
    status_ = plugin_->create(host.table(), str(options), &self_, &error_);
}

StoreFace::~StoreFace() {
    if (self_ != nullptr) plugin_->destroy(self_);
}

ebra_time_ms StoreFace::now() {
    ebra_time_ms now = 0;
    status_ = table_->now(self_, &now, &error_);
    return now;
}

std::vector<SeenItem> StoreFace::enqueue(ebra_time_ms now, const std::vector<NewCall>& calls) {
    std::vector<ebra_call_spec> specs;
    std::vector<std::vector<ebra_str>> cap_keys;
    for (const NewCall& call : calls) {
        cap_keys.push_back(strings(call.cap_keys));
        auto spec = sized<ebra_call_spec>();
        spec.id = str(call.id);
        spec.to = str(call.to);
        spec.exclusive_key = str(call.to);
        spec.priority = call.priority;
        spec.provider = str(call.provider);
        spec.not_before = call.not_before;
        spec.not_after = call.not_after;
        spec.idempotency_key = str(call.idempotency_key);
        spec.request_digest = str(call.request_digest);
        spec.metadata_json = str(call.metadata_json);
        spec.cap_keys = cap_keys.back().data();
        spec.cap_key_count = cap_keys.back().size();
        specs.push_back(spec);
    }
    std::vector<const ebra_call_spec*> pointers;
    for (const auto& spec : specs) pointers.push_back(&spec);
    std::vector<SeenItem> items(calls.size());
    const ebra_item_sink sink = collect(items);
    status_ = table_->enqueue(self_, now, pointers.data(), pointers.size(), &sink, &error_);
    return items;
}

ebra_status StoreFace::enqueue_status(ebra_time_ms now, const NewCall& call) {
    const auto items = enqueue(now, {call});
    return status_ != EBRA_OK ? status_ : items.front().status;
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
    status_ = table_->claim(self_, &request, &sink, &made.report, &error_);
    made.status = status_;
    return made;
}

std::vector<SeenItem> StoreFace::advance(ebra_time_ms now, const std::vector<ebra_advance>& steps) {
    std::vector<const ebra_advance*> pointers;
    for (const auto& step : steps) pointers.push_back(&step);
    std::vector<SeenItem> items(steps.size());
    const ebra_item_sink sink = collect(items);
    status_ = table_->advance(self_, now, pointers.data(), pointers.size(), &sink, &error_);
    return items;
}

SeenItem StoreFace::advance_one(ebra_time_ms now, const ebra_advance& step) {
    SeenItem item = advance(now, {step}).front();
    if (status_ != EBRA_OK) item.status = status_;
    return item;
}

SeenItem StoreFace::patch_number(ebra_time_ms now, const std::string& id, const std::string& to) {
    auto patch = sized<ebra_patch>();
    patch.mask = EBRA_PATCH_TO;
    patch.id = str(id);
    patch.to = str(to);
    patch.exclusive_key = str(to);
    const ebra_patch* pointer = &patch;
    std::vector<SeenItem> items(1);
    const ebra_item_sink sink = collect(items);
    status_ = table_->patch(self_, now, &pointer, 1, &sink, &error_);
    return items.front();
}

std::vector<SeenCall> StoreFace::reclaim(ebra_time_ms now, std::uint64_t token, std::uint32_t limit,
                                         const std::string& node) {
    auto request = sized<ebra_reclaim_request>();
    request.limit = limit;
    request.now = now;
    request.token = token;
    request.node = str(node);
    request.dead_ask_after_ms = 5000;
    request.ask_after_ms = 1000;
    request.stale_after_ms = 60'000;
    request.undecided_after_ms = 2000;
    std::vector<SeenCall> calls;
    const ebra_call_sink sink = collect(calls);
    status_ = table_->reclaim(self_, &request, &sink, &error_);
    return calls;
}

ebra_status StoreFace::renew(ebra_time_ms now, std::int64_t lease_ms, const std::string& node) {
    auto request = sized<ebra_lease_request>();
    request.now = now;
    request.lease_ms = lease_ms;
    request.node = str(node);
    auto report = sized<ebra_lease_report>();
    status_ = table_->lease_renew(self_, &request, &report, &error_);
    return status_;
}

ebra_status StoreFace::end_lease(ebra_time_ms now, const std::string& node) {
    status_ = table_->lease_end(self_, now, str(node), &error_);
    return status_;
}

namespace {

ebra_limit limit_of(const std::string& key, std::uint32_t mask) {
    auto limit = sized<ebra_limit>();
    limit.key = str(key);
    limit.mask = mask;
    return limit;
}

ebra_status set(const ebra_store& table, void* self, ebra_time_ms now, const ebra_limit& limit,
                ebra_error* error) {
    const ebra_limit* pointer = &limit;
    return table.limits_set(self, now, &pointer, 1, error);
}

}  // namespace

ebra_status StoreFace::set_max(ebra_time_ms now, const std::string& key, std::int64_t max) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_MAX);
    limit.max_in_flight = max;
    return set(*table_, self_, now, limit, &error_);
}

ebra_status StoreFace::set_rate(ebra_time_ms now, const std::string& key,
                                std::int64_t grants_per_1000s, std::int64_t burst) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_RATE);
    limit.grants_per_1000s = grants_per_1000s;
    limit.burst = burst;
    return set(*table_, self_, now, limit, &error_);
}

ebra_status StoreFace::set_paused(ebra_time_ms now, const std::string& key, bool is_paused) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_PAUSED);
    limit.paused = is_paused ? 1 : 0;
    return set(*table_, self_, now, limit, &error_);
}

ebra_status StoreFace::set_blocked(ebra_time_ms now, const std::string& key, ebra_time_ms until) {
    ebra_limit limit = limit_of(key, EBRA_LIMIT_SET_BLOCKED);
    limit.blocked_until = until;
    return set(*table_, self_, now, limit, &error_);
}

std::optional<SeenCall> StoreFace::get(const std::string& id) {
    const ebra_str name = str(id);
    std::vector<SeenCall> calls;
    const ebra_call_sink sink = collect(calls);
    status_ = table_->get(self_, &name, 1, &sink, &error_);
    if (calls.empty()) return std::nullopt;
    return calls.front();
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
    status_ = table_->find(self_, &request, &sink, &error_);
    return calls;
}

ebra_counts StoreFace::counts() {
    auto counts = sized<ebra_counts>();
    status_ = table_->counts(self_, &counts, &error_);
    return counts;
}

std::vector<std::int32_t> StoreFace::explain(ebra_time_ms now, const std::string& id) {
    std::vector<std::int32_t> reasons;
    const ebra_reason_sink sink = {
        &reasons, [](void* context, const ebra_reason* reason) {
            static_cast<std::vector<std::int32_t>*>(context)->push_back(reason->why);
        }};
    status_ = table_->explain(self_, now, str(id), &sink, &error_);
    return reasons;
}

std::vector<std::pair<std::int32_t, bool>> StoreFace::entries(const std::string& id) {
    using Entries = std::vector<std::pair<std::int32_t, bool>>;
    Entries entries;
    const ebra_entry_sink sink = {&entries, [](void* context, const ebra_entry* entry) {
                                      static_cast<Entries*>(context)->emplace_back(
                                          entry->kind, entry->applied != 0);
                                  }};
    status_ = extension<ebra_store_timeline>(*plugin_, EBRA_STORE_TIMELINE_ID)
                  .entries(self_, str(id), &sink, &error_);
    return entries;
}

std::vector<std::string> StoreFace::outbox_ids() {
    std::vector<std::string> ids;
    const ebra_outbox_sink sink = {
        &ids, [](void* context, const ebra_outbox_row* row) {
            static_cast<std::vector<std::string>*>(context)->push_back(copy(row->call_id));
        }};
    status_ = extension<ebra_store_outbox>(*plugin_, EBRA_STORE_OUTBOX_ID)
                  .read(self_, 0, 1000, &sink, &error_);
    return ids;
}

std::vector<std::string> StoreFace::check() {
    std::vector<std::string> lines;
    const ebra_text_sink sink = collect(lines);
    status_ =
        extension<ebra_store_check>(*plugin_, EBRA_STORE_CHECK_ID).check(self_, 0, &sink, &error_);
    if (status_ != EBRA_OK) lines.emplace_back(error_.message);
    return lines;
}

}  // namespace ebra::sqlite::test
