// The border of store-sqlite: the descriptor, the tables, and wrappers that let no exception out.
#include "ebra/plugin.hpp"

#include "error.hpp"
#include "options.hpp"
#include "schema.hpp"
#include "sqlite_store.hpp"

#include <memory>
#include <string>

namespace {

using ebra::plugin::fail;
using ebra::plugin::guarded;
using ebra::plugin::sized;
using ebra::plugin::str;
using ebra::plugin::view;
using ebra::sqlite::SqliteStore;
using ebra::sqlite::StoreError;

constexpr const char* kId = "store-sqlite";
constexpr const char* kVersion = "0.1.0";

/// Runs `body`; what it throws becomes a status and a message.
template <typename Body>
ebra_status run(ebra_error* error, Body&& body) noexcept {
    return guarded(error, [&]() -> ebra_status {
        try {
            body();
            return EBRA_OK;
        } catch (const StoreError& thrown) {
            return fail(error, thrown.status(), thrown.what(), thrown.vendor_code(),
                        thrown.retry_after_ms());
        }
    });
}

SqliteStore& store(void* self) {
    return *static_cast<SqliteStore*>(self);
}

// ---- ebra.store/1

uint64_t capabilities(void*) {
    return EBRA_STORE_WAITS | EBRA_STORE_SHARED | EBRA_STORE_DURABLE;
}

ebra_status now(void* self, ebra_time_ms* out, ebra_error* error) {
    return run(error, [&] { *out = store(self).now(); });
}

ebra_status enqueue(void* self, ebra_time_ms at, const ebra_call_spec* const* specs, size_t count,
                    const ebra_item_sink* sink, ebra_error* error) {
    return run(error, [&] { store(self).enqueue(at, specs, count, *sink); });
}

ebra_status patch(void* self, ebra_time_ms at, const ebra_patch* const* patches, size_t count,
                  const ebra_item_sink* sink, ebra_error* error) {
    return run(error, [&] { store(self).patch(at, patches, count, *sink); });
}

ebra_status claim(void* self, const ebra_claim_request* request, const ebra_call_sink* sink,
                  ebra_claim_report* report, ebra_error* error) {
    return run(error, [&] { store(self).claim(*request, *sink, *report); });
}

ebra_status advance(void* self, ebra_time_ms at, const ebra_advance* const* steps, size_t count,
                    const ebra_item_sink* sink, ebra_error* error) {
    return run(error, [&] { store(self).advance(at, steps, count, *sink); });
}

ebra_status reclaim(void* self, const ebra_reclaim_request* request, const ebra_call_sink* sink,
                    ebra_error* error) {
    return run(error, [&] { store(self).reclaim(*request, *sink); });
}

ebra_status lease_renew(void* self, const ebra_lease_request* request, ebra_lease_report* report,
                        ebra_error* error) {
    return run(error, [&] { store(self).lease_renew(*request, *report); });
}

ebra_status lease_end(void* self, ebra_time_ms at, ebra_str node, ebra_error* error) {
    return run(error, [&] { store(self).lease_end(at, node); });
}

ebra_status limits_set(void* self, ebra_time_ms at, const ebra_limit* const* limits, size_t count,
                       ebra_error* error) {
    return run(error, [&] { store(self).limits_set(at, limits, count); });
}

ebra_status limits_get(void* self, const ebra_limit_sink* sink, ebra_error* error) {
    return run(error, [&] { store(self).limits_get(*sink); });
}

ebra_status setting(void* self, ebra_str key, ebra_str proposed, const ebra_text_sink* sink,
                    ebra_error* error) {
    return run(error, [&] { store(self).setting(key, proposed, *sink); });
}

ebra_status get(void* self, const ebra_str* ids, size_t count, const ebra_call_sink* sink,
                ebra_error* error) {
    return run(error, [&] { store(self).get(ids, count, *sink); });
}

ebra_status find(void* self, const ebra_find_request* request, const ebra_call_sink* sink,
                 ebra_error* error) {
    return run(error, [&] { store(self).find(*request, *sink); });
}

ebra_status list(void* self, const ebra_list_request* request, const ebra_call_sink* sink,
                 ebra_error* error) {
    return run(error, [&] { store(self).list(*request, *sink); });
}

ebra_status counts(void* self, ebra_counts* out, ebra_error* error) {
    return run(error, [&] { store(self).counts(*out); });
}

ebra_status explain(void* self, ebra_time_ms at, ebra_str id, const ebra_reason_sink* sink,
                    ebra_error* error) {
    return run(error, [&] { store(self).explain(at, id, *sink); });
}

ebra_status health(void* self, ebra_error* error) {
    return run(error, [&] { store(self).health(); });
}

ebra_status wait(void* self, int64_t timeout_ms, ebra_error* error) {
    bool has_work = false;
    const ebra_status status = run(error, [&] { has_work = store(self).wait(timeout_ms); });
    if (status != EBRA_OK) return status;
    return has_work ? EBRA_OK : EBRA_TIMEOUT;
}

void wake(void* self) {
    store(self).wake();
}

constexpr ebra_store kStore = {
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

// ---- the extensions

ebra_status entries(void* self, ebra_str call_id, const ebra_entry_sink* sink, ebra_error* error) {
    return run(error, [&] { store(self).entries(call_id, *sink); });
}

ebra_status placements(void* self, ebra_str call_id, const ebra_placement_sink* sink,
                       ebra_error* error) {
    return run(error, [&] { store(self).placements(call_id, *sink); });
}

constexpr ebra_store_timeline kTimeline = {sizeof(ebra_store_timeline), 0, entries, placements};

ebra_status outbox_read(void* self, uint64_t after, size_t limit, const ebra_outbox_sink* sink,
                        ebra_error* error) {
    return run(error, [&] { store(self).outbox_read(after, limit, *sink); });
}

ebra_status outbox_ack(void* self, const uint64_t* sequences, size_t count, ebra_error* error) {
    return run(error, [&] { store(self).outbox_ack(sequences, count); });
}

constexpr ebra_store_outbox kOutbox = {sizeof(ebra_store_outbox), 0, outbox_read, outbox_ack};

ebra_status check(void* self, ebra_time_ms, const ebra_text_sink* sink, ebra_error* error) {
    return run(error, [&] { store(self).check(*sink); });
}

constexpr ebra_store_check kCheck = {sizeof(ebra_store_check), 0, check};

void put_migration(const ebra_migration_sink& sink, int number, bool is_applied) {
    const auto& step = ebra::sqlite::kSchemaSteps[number - 1];
    auto migration = sized<ebra_migration>();
    migration.number = number;
    migration.applied = is_applied ? 1 : 0;
    migration.name = str(step.name);
    migration.sql = str(step.sql);
    sink.put(sink.context, &migration);
}

ebra_status migrate_list(ebra_str config_json, const ebra_migration_sink* sink, ebra_error* error) {
    return run(error, [&] {
        const auto options = ebra::sqlite::parse_options(view(config_json));
        const int applied = ebra::sqlite::schema_version_of_file(options);
        for (int number = 1; number <= ebra::sqlite::schema_steps(); ++number) {
            put_migration(*sink, number, number <= applied);
        }
    });
}

ebra_status migrate_apply(ebra_str config_json, const ebra_migration_sink* sink,
                          ebra_error* error) {
    return run(error, [&] {
        const auto options = ebra::sqlite::parse_options(view(config_json));
        auto connection = ebra::sqlite::open_file(options);
        ebra::sqlite::migrate(connection, options,
                              [&](int number) { put_migration(*sink, number, true); });
    });
}

constexpr ebra_store_migrate kMigrate = {sizeof(ebra_store_migrate), 0, migrate_list,
                                         migrate_apply};

// ---- the descriptor

ebra_status create(const ebra_host* host, ebra_str config_json, void** self, ebra_error* error) {
    return run(error, [&] {
        const auto options = ebra::sqlite::parse_options(view(config_json));
        *self = std::make_unique<SqliteStore>(host, options).release();
    });
}

void destroy(void* self) {
    const std::unique_ptr<SqliteStore> ended(&store(self));
}

const void* get_interface(const char* id) {
    const std::string_view wanted = id;
    if (wanted == EBRA_STORE_ID) return &kStore;
    if (wanted == EBRA_STORE_TIMELINE_ID) return &kTimeline;
    if (wanted == EBRA_STORE_OUTBOX_ID) return &kOutbox;
    if (wanted == EBRA_STORE_CHECK_ID) return &kCheck;
    if (wanted == EBRA_STORE_MIGRATE_ID) return &kMigrate;
    return nullptr;
}

ebra_status check_config(ebra_str config_json, const ebra_config_sink* problems) {
    return guarded(nullptr,
                   [&] { return ebra::sqlite::check_options(view(config_json), *problems); });
}

constexpr ebra_plugin kPlugin = {
    sizeof(ebra_plugin),
    0,
    kId,
    kVersion,
    "Calls in one SQLite file",
    create,
    destroy,
    get_interface,
    check_config,
};

}  // namespace

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return &kPlugin;
}
