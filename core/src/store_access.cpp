#include "ebra/store_access.hpp"

#include "clock.hpp"
#include "plugin_dirs.hpp"
#include "random.hpp"

#include "ebra/abi/ext/draft/store_recover.h"
#include "ebra/plugins.hpp"
#include "plugin/breadcrumb.hpp"
#include "plugin/instance.hpp"
#include "plugin/store.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ebra {

namespace {

/// Calls looked at in one transaction of a prune.
constexpr std::uint32_t kPruneStepCalls = 500;

/// Refuses a store that opening would make or migrate. A plugin without migrations has nothing to
/// make.
Status require_schema(const Config& config) {
    const Result<std::vector<Migration>> all = list_migrations(config);
    if (!all && all.error().code == ErrorCode::kUnsupported) return Done{};
    if (!all) return all.error();
    const auto is_applied = [](const Migration& one) { return one.is_applied; };
    if (std::all_of(all->begin(), all->end(), is_applied)) return Done{};
    if (std::none_of(all->begin(), all->end(), is_applied)) {
        return Error{ErrorCode::kNotFound,
                     "the store (" + config.store.plugin +
                         ") holds nothing yet; start ebra serve here first, or name its config "
                         "with --config"};
    }
    return Error{ErrorCode::kConflict,
                 "the store's schema is older than this program; run ebra migrate"};
}

}  // namespace

struct StoreAccess::Parts {
    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<PluginInstance> instance;
    std::unique_ptr<Store> store;
};

StoreAccess::StoreAccess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

StoreAccess::~StoreAccess() = default;

Result<std::unique_ptr<StoreAccess>> StoreAccess::open(const Config& config) {
    const Status usable = require_schema(config);
    if (!usable) return usable.error();
    auto parts = std::make_unique<Parts>();
    auto instance = PluginInstance::open(plugin_request(config.store.plugin, config.store.sha256),
                                         loader_policy(config), "store", config.store.options_json,
                                         parts->clock, parts->random, nullptr);
    if (!instance) return std::move(instance).error();
    parts->instance = std::move(instance).value();
    const auto table = parts->instance->store_table();
    if (!table) return table.error();
    parts->store = std::make_unique<Store>(table.value(), parts->instance->self(),
                                           parts->instance->store_extensions());
    return std::unique_ptr<StoreAccess>(new StoreAccess(std::move(parts)));
}

Result<std::optional<Call>> StoreAccess::get(const std::string& id) {
    return parts_->store->get(id);
}

Result<std::vector<Call>> StoreAccess::find_by_provider_id(const std::string& provider_call_id) {
    return parts_->store->find_by_provider_id("", provider_call_id);
}

Result<Timeline> StoreAccess::timeline(const std::string& id) {
    return parts_->store->timeline(id);
}

Result<std::vector<WhyNot>> StoreAccess::explain(const std::string& id) {
    const Result<TimeMs> now = parts_->store->now();
    if (!now) return now.error();
    return parts_->store->explain(now.value(), id);
}

Result<Call> StoreAccess::map(const std::string& id, const std::string& provider,
                              const std::string& provider_call_id) {
    const Result<TimeMs> now = parts_->store->now();
    if (!now) return now.error();
    Step step;
    step.step = EBRA_STEP_MAP;
    step.call_id = id;
    step.provider = provider;
    step.provider_call_id = provider_call_id;
    const Step* const one = &step;
    Result<std::vector<ItemResult>> items = parts_->store->advance(now.value(), {&one, 1});
    if (!items) return std::move(items).error();
    ItemResult& item = items.value().front();
    if (item.status == EBRA_NOT_FOUND) return Error{ErrorCode::kNotFound, "there is no call " + id};
    const bool is_mapped = item.status == EBRA_OK || item.status == EBRA_ALREADY;
    if (is_mapped && item.call) return std::move(*item.call);
    return Error{ErrorCode::kConflict, provider_call_id + " belongs to another call, or call " +
                                           id + " is at another provider than " +
                                           (provider.empty() ? "that" : provider)};
}

Result<Pruned> StoreAccess::prune(std::int64_t keep_ms, bool is_dry_run,
                                  const std::function<void(const Pruned&)>& told) {
    const Result<TimeMs> now = parts_->store->now();
    if (!now) return now.error();
    PruneRequest request;
    request.limit = kPruneStepCalls;
    request.now = now.value();
    request.before = now.value() - keep_ms;
    request.is_dry_run = is_dry_run;
    Pruned pruned;
    for (;;) {
        const Result<ebra_prune_report> report = parts_->store->prune(request);
        if (!report) return report.error();
        pruned.calls += report->calls;
        pruned.placements += report->placements;
        pruned.entries += report->entries;
        pruned.evidence += report->evidence;
        pruned.numbers += report->numbers;
        pruned.nodes += report->nodes;
        if (report->is_over != 0) return pruned;
        if (report->after <= request.after && report->evidence == 0) {
            return Error{ErrorCode::kCorrupt,
                         "the store's pruning does not get on: a step removed nothing and ended "
                         "where it began"};
        }
        request.after = report->after;
        told(pruned);
    }
}

Result<RecoveryReport> StoreAccess::recover(bool is_nothing_lost) {
    const auto* table = parts_->instance->extension<ebra_store_recover>(EBRA_STORE_RECOVER_ID);
    if (table == nullptr || !EBRA_CAN(table, ebra_store_recover, recover)) {
        return Error{ErrorCode::kUnsupported,
                     "this store plugin cannot recover from lost commits; look at its manual"};
    }
    const Result<TimeMs> now = parts_->store->now();
    if (!now) return now.error();
    ebra_recovery found{};
    found.struct_size = sizeof found;
    ebra_error error{};
    error.struct_size = sizeof error;
    const Breadcrumb breadcrumb("store", "recover");
    try {
        const ebra_status status =
            table->recover(parts_->instance->self(), now.value(),
                           is_nothing_lost ? EBRA_RECOVER_NOTHING_LOST : 0, &found, &error);
        if (status != EBRA_OK) return error_from(status, error);
    } catch (...) {
        return Error{ErrorCode::kInDoubt, "the store plugin threw in recover"};
    }
    return RecoveryReport{found.unknown, found.doubtful};
}

std::string StoreAccess::make_provider_call_id() {
    std::array<char, 17> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%016llx",
                        static_cast<unsigned long long>(parts_->random.next()));
    return std::string("manual-") + digits.data();
}

}  // namespace ebra
