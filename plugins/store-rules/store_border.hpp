/// @file
/// StoreBorder: the border of a store's plugin: the descriptor, the tables, and wrappers that turn
/// what a store throws into a status and a message; no exception gets out. Each plugin names its
/// parts in a struct, in an unnamed namespace so that nothing of it is shared between plugins:
///
///     struct Parts {
///         using Store = ...;                        // made from (host, options)
///         static constexpr const char* kId, *kVersion, *kSummary;
///         static constexpr auto& kSchemaSteps = ...; // {name, sql}, in order
///         static Options parse_options(std::string_view json);  // throws StoreError
///         static ebra_status check_options(std::string_view json, const ebra_config_sink&);
///         static int schema_version(const Options&);            // 0 = no schema yet
///         static void migrate(const Options&, const std::function<void(int number)>& applied);
///     };
#pragma once

#include "store_error.hpp"

#include "ebra/abi/ext/draft/store_recover.h"
#include "ebra/plugin.hpp"

#include <iterator>
#include <memory>
#include <string_view>

namespace ebra::rules {

/// Runs `body`; what it throws becomes a status and a message.
template <typename Body>
ebra_status run_at_border(ebra_error* error, Body&& body) noexcept {
    return plugin::guarded(error, [&]() -> ebra_status {
        try {
            body();
            return EBRA_OK;
        } catch (const StoreError& thrown) {
            return plugin::fail(error, thrown.status(), thrown.what(), thrown.vendor_code(),
                                thrown.retry_after_ms());
        }
    });
}

template <typename Parts>
class StoreBorder {
 public:
    /// What the plugin's entry gives; lives as long as the program.
    static const ebra_plugin* descriptor() { return &kPlugin; }

 private:
    using Store = typename Parts::Store;

    static Store& of(void* self) { return *static_cast<Store*>(self); }

    // ---- ebra.store/1

    static std::uint64_t capabilities(void*) {
        return EBRA_STORE_WAITS | EBRA_STORE_SHARED | EBRA_STORE_DURABLE |
               (Parts::kIsParallel ? EBRA_STORE_PARALLEL : 0u);
    }

    static ebra_status now(void* self, ebra_time_ms* out, ebra_error* error) {
        return run_at_border(error, [&] { *out = of(self).now(); });
    }

    static ebra_status enqueue(void* self, ebra_time_ms at, const ebra_call_spec* const* specs,
                               std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).enqueue(at, specs, count, *sink); });
    }

    static ebra_status patch(void* self, ebra_time_ms at, const ebra_patch* const* patches,
                             std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).patch(at, patches, count, *sink); });
    }

    static ebra_status claim(void* self, const ebra_claim_request* request,
                             const ebra_call_sink* sink, ebra_claim_report* report,
                             ebra_error* error) {
        return run_at_border(error, [&] { of(self).claim(*request, *sink, *report); });
    }

    static ebra_status advance(void* self, ebra_time_ms at, const ebra_advance* const* steps,
                               std::size_t count, const ebra_item_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).advance(at, steps, count, *sink); });
    }

    static ebra_status reclaim(void* self, const ebra_reclaim_request* request,
                               const ebra_call_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).reclaim(*request, *sink); });
    }

    static ebra_status lease_renew(void* self, const ebra_lease_request* request,
                                   ebra_lease_report* report, ebra_error* error) {
        return run_at_border(error, [&] { of(self).lease_renew(*request, *report); });
    }

    static ebra_status lease_end(void* self, ebra_time_ms at, ebra_str node, ebra_error* error) {
        return run_at_border(error, [&] { of(self).lease_end(at, node); });
    }

    static ebra_status limits_set(void* self, ebra_time_ms at, const ebra_limit* const* limits,
                                  std::size_t count, ebra_error* error) {
        return run_at_border(error, [&] { of(self).limits_set(at, limits, count); });
    }

    static ebra_status limits_get(void* self, const ebra_limit_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).limits_get(*sink); });
    }

    static ebra_status setting(void* self, ebra_str key, ebra_str proposed,
                               const ebra_text_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).setting(key, proposed, *sink); });
    }

    static ebra_status get(void* self, const ebra_str* ids, std::size_t count,
                           const ebra_call_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).get(ids, count, *sink); });
    }

    static ebra_status find(void* self, const ebra_find_request* request,
                            const ebra_call_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).find(*request, *sink); });
    }

    static ebra_status list(void* self, const ebra_list_request* request,
                            const ebra_call_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).list(*request, *sink); });
    }

    static ebra_status counts(void* self, ebra_counts* out, ebra_error* error) {
        return run_at_border(error, [&] { of(self).counts(*out); });
    }

    static ebra_status explain(void* self, ebra_time_ms at, ebra_str id,
                               const ebra_reason_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).explain(at, id, *sink); });
    }

    static ebra_status health(void* self, ebra_error* error) {
        return run_at_border(error, [&] { of(self).health(); });
    }

    static ebra_status wait(void* self, std::int64_t timeout_ms, ebra_error* error) {
        bool has_work = false;
        const auto status = run_at_border(error, [&] { has_work = of(self).wait(timeout_ms); });
        if (status != EBRA_OK) return status;
        return has_work ? EBRA_OK : EBRA_TIMEOUT;
    }

    static void wake(void* self) { of(self).wake(); }

    // ---- the extensions

    static ebra_status entries(void* self, ebra_str call_id, const ebra_entry_sink* sink,
                               ebra_error* error) {
        return run_at_border(error, [&] { of(self).entries(call_id, *sink); });
    }

    static ebra_status placements(void* self, ebra_str call_id, const ebra_placement_sink* sink,
                                  ebra_error* error) {
        return run_at_border(error, [&] { of(self).placements(call_id, *sink); });
    }

    static ebra_status outbox_read(void* self, std::uint64_t after, std::size_t limit,
                                   const ebra_outbox_sink* sink, ebra_error* error) {
        return run_at_border(error, [&] { of(self).outbox_read(after, limit, *sink); });
    }

    static ebra_status outbox_ack(void* self, const std::uint64_t* sequences, std::size_t count,
                                  ebra_error* error) {
        return run_at_border(error, [&] { of(self).outbox_ack(sequences, count); });
    }

    static ebra_status gap_set(void* self, ebra_time_ms at, std::int64_t min_gap_ms,
                               ebra_error* error) {
        return run_at_border(error, [&] { of(self).gap_set(at, min_gap_ms); });
    }

    static ebra_status gap_get(void* self, std::int64_t* min_gap_ms, ebra_error* error) {
        return run_at_border(error, [&] { *min_gap_ms = of(self).gap_get(); });
    }

    static ebra_status prune(void* self, const ebra_prune_request* request,
                             ebra_prune_report* report, ebra_error* error) {
        return run_at_border(error, [&] { of(self).prune(*request, *report); });
    }

    static ebra_status check(void* self, ebra_time_ms, const ebra_text_sink* sink,
                             ebra_error* error) {
        return run_at_border(error, [&] { of(self).check(*sink); });
    }

    static ebra_status recover(void* self, ebra_time_ms at, std::uint32_t flags, ebra_recovery* out,
                               ebra_error* error) {
        return run_at_border(error, [&] { of(self).recover(at, flags, *out); });
    }

    static void put_migration(const ebra_migration_sink& sink, int number, bool is_applied) {
        const auto& step = Parts::kSchemaSteps[number - 1];
        auto migration = plugin::sized<ebra_migration>();
        migration.number = number;
        migration.applied = is_applied ? 1 : 0;
        migration.name = plugin::str(step.name);
        migration.sql = plugin::str(step.sql);
        sink.put(sink.context, &migration);
    }

    static ebra_status migrate_list(ebra_str config_json, const ebra_migration_sink* sink,
                                    ebra_error* error) {
        return run_at_border(error, [&] {
            const auto options = Parts::parse_options(plugin::view(config_json));
            const int applied = Parts::schema_version(options);
            const int known = static_cast<int>(std::size(Parts::kSchemaSteps));
            for (int number = 1; number <= known; ++number) {
                put_migration(*sink, number, number <= applied);
            }
        });
    }

    static ebra_status migrate_apply(ebra_str config_json, const ebra_migration_sink* sink,
                                     ebra_error* error) {
        return run_at_border(error, [&] {
            const auto options = Parts::parse_options(plugin::view(config_json));
            Parts::migrate(options, [&](int number) { put_migration(*sink, number, true); });
        });
    }

    // ---- the descriptor

    static ebra_status create(const ebra_host* host, ebra_str config_json, void** self,
                              ebra_error* error) {
        return run_at_border(error, [&] {
            const auto options = Parts::parse_options(plugin::view(config_json));
            *self = std::make_unique<Store>(host, options).release();
        });
    }

    static void destroy(void* self) { const std::unique_ptr<Store> ended(&of(self)); }

    static ebra_status check_config(ebra_str config_json, const ebra_config_sink* problems) {
        return plugin::guarded(
            nullptr, [&] { return Parts::check_options(plugin::view(config_json), *problems); });
    }

    static const void* get_interface(const char* id) {
        const std::string_view wanted = id;
        if (wanted == EBRA_STORE_ID) return &kStore;
        if (wanted == EBRA_STORE_TIMELINE_ID) return &kTimeline;
        if (wanted == EBRA_STORE_OUTBOX_ID) return &kOutbox;
        if (wanted == EBRA_STORE_GAP_ID) return &kGap;
        if (wanted == EBRA_STORE_RETAIN_ID) return &kRetain;
        if (wanted == EBRA_STORE_CHECK_ID) return &kCheck;
        if (wanted == EBRA_STORE_RECOVER_ID) return &kRecover;
        if (wanted == EBRA_STORE_MIGRATE_ID) return &kMigrate;
        return nullptr;
    }

    static constexpr ebra_store kStore = {
        sizeof(ebra_store),
        0,
        capabilities,
        now,
        enqueue,
        patch,
        claim,
        advance,
        reclaim,
        lease_renew,
        lease_end,
        limits_set,
        limits_get,
        setting,
        get,
        find,
        list,
        counts,
        explain,
        health,
        wait,
        wake,
    };
    static constexpr ebra_store_timeline kTimeline = {sizeof(ebra_store_timeline), 0, entries,
                                                      placements};
    static constexpr ebra_store_outbox kOutbox = {sizeof(ebra_store_outbox), 0, outbox_read,
                                                  outbox_ack};
    static constexpr ebra_store_gap kGap = {sizeof(ebra_store_gap), 0, gap_set, gap_get};
    static constexpr ebra_store_retain kRetain = {sizeof(ebra_store_retain), 0, prune};
    static constexpr ebra_store_check kCheck = {sizeof(ebra_store_check), 0, check};
    static constexpr ebra_store_recover kRecover = {sizeof(ebra_store_recover), 0, recover};
    static constexpr ebra_store_migrate kMigrate = {sizeof(ebra_store_migrate), 0, migrate_list,
                                                    migrate_apply};
    static constexpr ebra_plugin kPlugin = {
        sizeof(ebra_plugin), 0,      Parts::kId, Parts::kVersion,
        Parts::kSummary,     create, destroy,    get_interface,
        check_config,
    };
};

}  // namespace ebra::rules
