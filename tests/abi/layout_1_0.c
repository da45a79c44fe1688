/*
 * ABI 1.0 written down: made by make_layout.py, not edited by hand. It compiles and returns 0 against
 * every later header of major 1: no size shrinks, no field moves or changes its type, no number or id
 * changes its value.
 */
#include <stdio.h>
#include <string.h>

#include "ebra/abi/ebra.h"

#define LOCK(condition, what) _Static_assert(condition, what " is not what ABI 1.0 says")

/* The last argument declares a pointer called `at` to the field's type in 1.0. */
#define FIELD(type, field, offset, size, ...)                                   \
    LOCK(offsetof(type, field) == (offset), "offset of " #type "." #field);     \
    LOCK(sizeof(((type *)0)->field) == (size), "size of " #type "." #field);    \
    do {                                                                        \
        __VA_ARGS__ = &all->field;                                              \
        (void)at;                                                               \
    } while (0)

LOCK(sizeof(void *) == 8, "the size of a pointer");

/* Another type of entry would be no redeclaration. */
const ebra_plugin *ebra_plugin_v1(void);

static int differs(const char *name, const char *now, const char *in_1_0) {
    if (strcmp(now, in_1_0) == 0) return 0;
    printf("%s is not what ABI 1.0 says\n", name);
    return 1;
}

static void lock_ebra_str(ebra_str *all) {
LOCK(sizeof(ebra_str) == 16, "size of ebra_str");
FIELD(ebra_str, data, 0, 8, const char *(*at));
FIELD(ebra_str, size, 8, 8, size_t (*at));
}

static void lock_ebra_pair(ebra_pair *all) {
LOCK(sizeof(ebra_pair) == 32, "size of ebra_pair");
FIELD(ebra_pair, name, 0, 16, ebra_str (*at));
FIELD(ebra_pair, value, 16, 16, ebra_str (*at));
}

static void lock_ebra_error(ebra_error *all) {
LOCK(sizeof(ebra_error) >= 272, "size of ebra_error");
FIELD(ebra_error, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_error, vendor_code, 4, 4, int32_t (*at));
FIELD(ebra_error, retry_after_ms, 8, 8, int64_t (*at));
FIELD(ebra_error, message, 16, 256, char (*at)[256]);
}

static void lock_ebra_text_sink(ebra_text_sink *all) {
LOCK(sizeof(ebra_text_sink) == 16, "size of ebra_text_sink");
FIELD(ebra_text_sink, context, 0, 8, void *(*at));
FIELD(ebra_text_sink, put, 8, 8, void (*(*at))(void *context, ebra_str text));
}

static void lock_ebra_call_spec(ebra_call_spec *all) {
LOCK(sizeof(ebra_call_spec) >= 200, "size of ebra_call_spec");
FIELD(ebra_call_spec, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_call_spec, priority, 4, 4, int32_t (*at));
FIELD(ebra_call_spec, id, 8, 16, ebra_str (*at));
FIELD(ebra_call_spec, tenant, 24, 16, ebra_str (*at));
FIELD(ebra_call_spec, campaign, 40, 16, ebra_str (*at));
FIELD(ebra_call_spec, provider, 56, 16, ebra_str (*at));
FIELD(ebra_call_spec, to, 72, 16, ebra_str (*at));
FIELD(ebra_call_spec, exclusive_key, 88, 16, ebra_str (*at));
FIELD(ebra_call_spec, script_id, 104, 16, ebra_str (*at));
FIELD(ebra_call_spec, metadata_json, 120, 16, ebra_str (*at));
FIELD(ebra_call_spec, idempotency_key, 136, 16, ebra_str (*at));
FIELD(ebra_call_spec, request_digest, 152, 16, ebra_str (*at));
FIELD(ebra_call_spec, not_before, 168, 8, ebra_time_ms (*at));
FIELD(ebra_call_spec, not_after, 176, 8, ebra_time_ms (*at));
FIELD(ebra_call_spec, cap_keys, 184, 8, const ebra_str *(*at));
FIELD(ebra_call_spec, cap_key_count, 192, 8, size_t (*at));
}

static void lock_ebra_call_state(ebra_call_state *all) {
LOCK(sizeof(ebra_call_state) >= 80, "size of ebra_call_state");
FIELD(ebra_call_state, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_call_state, status, 4, 4, int32_t (*at));
FIELD(ebra_call_state, attempts, 8, 4, uint32_t (*at));
FIELD(ebra_call_state, placements, 12, 4, uint32_t (*at));
FIELD(ebra_call_state, undecided, 16, 4, int32_t (*at));
FIELD(ebra_call_state, fixed_outcome, 20, 4, int32_t (*at));
FIELD(ebra_call_state, created_at, 24, 8, ebra_time_ms (*at));
FIELD(ebra_call_state, updated_at, 32, 8, ebra_time_ms (*at));
FIELD(ebra_call_state, started_at, 40, 8, ebra_time_ms (*at));
FIELD(ebra_call_state, ended_at, 48, 8, ebra_time_ms (*at));
FIELD(ebra_call_state, next_run_at, 56, 8, ebra_time_ms (*at));
FIELD(ebra_call_state, last_error, 64, 16, ebra_str (*at));
}

static void lock_ebra_placement(ebra_placement *all) {
LOCK(sizeof(ebra_placement) >= 232, "size of ebra_placement");
FIELD(ebra_placement, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_placement, number, 4, 4, uint32_t (*at));
FIELD(ebra_placement, state, 8, 4, int32_t (*at));
FIELD(ebra_placement, outcome, 12, 4, int32_t (*at));
FIELD(ebra_placement, disposition, 16, 4, int32_t (*at));
FIELD(ebra_placement, error_class, 20, 4, int32_t (*at));
FIELD(ebra_placement, counted, 24, 4, int32_t (*at));
FIELD(ebra_placement, decision, 28, 4, int32_t (*at));
FIELD(ebra_placement, asked, 32, 4, uint32_t (*at));
FIELD(ebra_placement, contradictions, 36, 4, uint32_t (*at));
FIELD(ebra_placement, claim, 40, 8, uint64_t (*at));
FIELD(ebra_placement, provider, 48, 16, ebra_str (*at));
FIELD(ebra_placement, provider_call_id, 64, 16, ebra_str (*at));
FIELD(ebra_placement, provider_state, 80, 16, ebra_str (*at));
FIELD(ebra_placement, node, 96, 16, ebra_str (*at));
FIELD(ebra_placement, reason, 112, 16, ebra_str (*at));
FIELD(ebra_placement, claimed_at, 128, 8, ebra_time_ms (*at));
FIELD(ebra_placement, accepted_at, 136, 8, ebra_time_ms (*at));
FIELD(ebra_placement, ended_at, 144, 8, ebra_time_ms (*at));
FIELD(ebra_placement, evidence_at, 152, 8, ebra_time_ms (*at));
FIELD(ebra_placement, ask_at, 160, 8, ebra_time_ms (*at));
FIELD(ebra_placement, duration_ms, 168, 8, int64_t (*at));
FIELD(ebra_placement, cost_micros, 176, 8, int64_t (*at));
FIELD(ebra_placement, cost_currency, 184, 16, ebra_str (*at));
FIELD(ebra_placement, recording_url, 200, 16, ebra_str (*at));
FIELD(ebra_placement, transcript_url, 216, 16, ebra_str (*at));
}

static void lock_ebra_call(ebra_call *all) {
LOCK(sizeof(ebra_call) >= 32, "size of ebra_call");
FIELD(ebra_call, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_call, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_call, spec, 8, 8, const ebra_call_spec *(*at));
FIELD(ebra_call, state, 16, 8, const ebra_call_state *(*at));
FIELD(ebra_call, placement, 24, 8, const ebra_placement *(*at));
}

static void lock_ebra_call_sink(ebra_call_sink *all) {
LOCK(sizeof(ebra_call_sink) == 16, "size of ebra_call_sink");
FIELD(ebra_call_sink, context, 0, 8, void *(*at));
FIELD(ebra_call_sink, put, 8, 8, void (*(*at))(void *context, const ebra_call *call));
}

static void lock_ebra_store_check(ebra_store_check *all) {
LOCK(sizeof(ebra_store_check) >= 16, "size of ebra_store_check");
FIELD(ebra_store_check, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store_check, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store_check, check, 8, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, const
          ebra_text_sink *sink, ebra_error *error));
}

static void lock_ebra_store_gap(ebra_store_gap *all) {
LOCK(sizeof(ebra_store_gap) >= 24, "size of ebra_store_gap");
FIELD(ebra_store_gap, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store_gap, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store_gap, set, 8, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, int64_t
          min_gap_ms, ebra_error *error));
FIELD(ebra_store_gap, get, 16, 8, ebra_status (*(*at))(void *self, int64_t *min_gap_ms, ebra_error
          *error));
}

static void lock_ebra_migration(ebra_migration *all) {
LOCK(sizeof(ebra_migration) >= 48, "size of ebra_migration");
FIELD(ebra_migration, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_migration, number, 4, 4, int32_t (*at));
FIELD(ebra_migration, applied, 8, 4, int32_t (*at));
FIELD(ebra_migration, reserved, 12, 4, int32_t (*at));
FIELD(ebra_migration, name, 16, 16, ebra_str (*at));
FIELD(ebra_migration, sql, 32, 16, ebra_str (*at));
}

static void lock_ebra_migration_sink(ebra_migration_sink *all) {
LOCK(sizeof(ebra_migration_sink) == 16, "size of ebra_migration_sink");
FIELD(ebra_migration_sink, context, 0, 8, void *(*at));
FIELD(ebra_migration_sink, put, 8, 8, void (*(*at))(void *context, const ebra_migration
          *migration));
}

static void lock_ebra_store_migrate(ebra_store_migrate *all) {
LOCK(sizeof(ebra_store_migrate) >= 24, "size of ebra_store_migrate");
FIELD(ebra_store_migrate, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store_migrate, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store_migrate, list, 8, 8, ebra_status (*(*at))(ebra_str config_json, const
          ebra_migration_sink *sink, ebra_error *error));
FIELD(ebra_store_migrate, apply, 16, 8, ebra_status (*(*at))(ebra_str config_json, const
          ebra_migration_sink *sink, ebra_error *error));
}

static void lock_ebra_outbox_row(ebra_outbox_row *all) {
LOCK(sizeof(ebra_outbox_row) >= 40, "size of ebra_outbox_row");
FIELD(ebra_outbox_row, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_outbox_row, status, 4, 4, int32_t (*at));
FIELD(ebra_outbox_row, sequence, 8, 8, uint64_t (*at));
FIELD(ebra_outbox_row, call_id, 16, 16, ebra_str (*at));
FIELD(ebra_outbox_row, at, 32, 8, ebra_time_ms (*at));
}

static void lock_ebra_outbox_sink(ebra_outbox_sink *all) {
LOCK(sizeof(ebra_outbox_sink) == 16, "size of ebra_outbox_sink");
FIELD(ebra_outbox_sink, context, 0, 8, void *(*at));
FIELD(ebra_outbox_sink, put, 8, 8, void (*(*at))(void *context, const ebra_outbox_row *row));
}

static void lock_ebra_store_outbox(ebra_store_outbox *all) {
LOCK(sizeof(ebra_store_outbox) >= 24, "size of ebra_store_outbox");
FIELD(ebra_store_outbox, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store_outbox, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store_outbox, read, 8, 8, ebra_status (*(*at))(void *self, uint64_t after, size_t limit,
          const ebra_outbox_sink *sink, ebra_error *error));
FIELD(ebra_store_outbox, ack, 16, 8, ebra_status (*(*at))(void *self, const uint64_t *sequences,
          size_t count, ebra_error *error));
}

static void lock_ebra_prune_request(ebra_prune_request *all) {
LOCK(sizeof(ebra_prune_request) >= 40, "size of ebra_prune_request");
FIELD(ebra_prune_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_prune_request, limit, 4, 4, uint32_t (*at));
FIELD(ebra_prune_request, now, 8, 8, ebra_time_ms (*at));
FIELD(ebra_prune_request, before, 16, 8, ebra_time_ms (*at));
FIELD(ebra_prune_request, after, 24, 8, uint64_t (*at));
FIELD(ebra_prune_request, flags, 32, 4, uint32_t (*at));
FIELD(ebra_prune_request, reserved, 36, 4, uint32_t (*at));
}

static void lock_ebra_prune_report(ebra_prune_report *all) {
LOCK(sizeof(ebra_prune_report) >= 64, "size of ebra_prune_report");
FIELD(ebra_prune_report, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_prune_report, is_over, 4, 4, int32_t (*at));
FIELD(ebra_prune_report, after, 8, 8, uint64_t (*at));
FIELD(ebra_prune_report, calls, 16, 8, int64_t (*at));
FIELD(ebra_prune_report, placements, 24, 8, int64_t (*at));
FIELD(ebra_prune_report, entries, 32, 8, int64_t (*at));
FIELD(ebra_prune_report, evidence, 40, 8, int64_t (*at));
FIELD(ebra_prune_report, numbers, 48, 8, int64_t (*at));
FIELD(ebra_prune_report, nodes, 56, 8, int64_t (*at));
}

static void lock_ebra_store_retain(ebra_store_retain *all) {
LOCK(sizeof(ebra_store_retain) >= 16, "size of ebra_store_retain");
FIELD(ebra_store_retain, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store_retain, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store_retain, prune, 8, 8, ebra_status (*(*at))(void *self, const ebra_prune_request
          *request, ebra_prune_report *report, ebra_error *error));
}

static void lock_ebra_entry(ebra_entry *all) {
LOCK(sizeof(ebra_entry) >= 64, "size of ebra_entry");
FIELD(ebra_entry, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_entry, kind, 4, 4, int32_t (*at));
FIELD(ebra_entry, placement, 8, 4, uint32_t (*at));
FIELD(ebra_entry, status, 12, 4, int32_t (*at));
FIELD(ebra_entry, outcome, 16, 4, int32_t (*at));
FIELD(ebra_entry, applied, 20, 4, int32_t (*at));
FIELD(ebra_entry, at, 24, 8, ebra_time_ms (*at));
FIELD(ebra_entry, provider_call_id, 32, 16, ebra_str (*at));
FIELD(ebra_entry, detail, 48, 16, ebra_str (*at));
}

static void lock_ebra_entry_sink(ebra_entry_sink *all) {
LOCK(sizeof(ebra_entry_sink) == 16, "size of ebra_entry_sink");
FIELD(ebra_entry_sink, context, 0, 8, void *(*at));
FIELD(ebra_entry_sink, put, 8, 8, void (*(*at))(void *context, const ebra_entry *entry));
}

static void lock_ebra_placement_sink(ebra_placement_sink *all) {
LOCK(sizeof(ebra_placement_sink) == 16, "size of ebra_placement_sink");
FIELD(ebra_placement_sink, context, 0, 8, void *(*at));
FIELD(ebra_placement_sink, put, 8, 8, void (*(*at))(void *context, const ebra_placement
          *placement));
}

static void lock_ebra_store_timeline(ebra_store_timeline *all) {
LOCK(sizeof(ebra_store_timeline) >= 24, "size of ebra_store_timeline");
FIELD(ebra_store_timeline, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store_timeline, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store_timeline, entries, 8, 8, ebra_status (*(*at))(void *self, ebra_str call_id, const
          ebra_entry_sink *sink, ebra_error *error));
FIELD(ebra_store_timeline, placements, 16, 8, ebra_status (*(*at))(void *self, ebra_str call_id,
          const ebra_placement_sink *sink, ebra_error *error));
}

static void lock_ebra_host(ebra_host *all) {
LOCK(sizeof(ebra_host) >= 64, "size of ebra_host");
FIELD(ebra_host, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_host, abi_minor, 4, 4, uint32_t (*at));
FIELD(ebra_host, impl, 8, 8, void *(*at));
FIELD(ebra_host, log, 16, 8, void (*(*at))(const struct ebra_host *host, int32_t level, ebra_str
          message));
FIELD(ebra_host, now_ms, 24, 8, ebra_time_ms (*(*at))(const struct ebra_host *host));
FIELD(ebra_host, monotonic_ns, 32, 8, uint64_t (*(*at))(const struct ebra_host *host));
FIELD(ebra_host, random_u64, 40, 8, uint64_t (*(*at))(const struct ebra_host *host));
FIELD(ebra_host, op_done, 48, 8, ebra_status (*(*at))(const struct ebra_host *host, ebra_op op,
          const struct ebra_op_result *result));
FIELD(ebra_host, get_interface, 56, 8, const void *(*(*at))(const struct ebra_host *host, const char
          *id));
}

static void lock_ebra_config_problem(ebra_config_problem *all) {
LOCK(sizeof(ebra_config_problem) >= 56, "size of ebra_config_problem");
FIELD(ebra_config_problem, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_config_problem, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_config_problem, pointer, 8, 16, ebra_str (*at));
FIELD(ebra_config_problem, text, 24, 16, ebra_str (*at));
FIELD(ebra_config_problem, nearest, 40, 16, ebra_str (*at));
}

static void lock_ebra_config_sink(ebra_config_sink *all) {
LOCK(sizeof(ebra_config_sink) == 16, "size of ebra_config_sink");
FIELD(ebra_config_sink, context, 0, 8, void *(*at));
FIELD(ebra_config_sink, put, 8, 8, void (*(*at))(void *context, const ebra_config_problem
          *problem));
}

static void lock_ebra_plugin(ebra_plugin *all) {
LOCK(sizeof(ebra_plugin) >= 64, "size of ebra_plugin");
FIELD(ebra_plugin, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_plugin, needs_minor, 4, 4, uint32_t (*at));
FIELD(ebra_plugin, id, 8, 8, const char *(*at));
FIELD(ebra_plugin, version, 16, 8, const char *(*at));
FIELD(ebra_plugin, summary, 24, 8, const char *(*at));
FIELD(ebra_plugin, create, 32, 8, ebra_status (*(*at))(const ebra_host *host, ebra_str config_json,
          void **self, ebra_error *error));
FIELD(ebra_plugin, destroy, 40, 8, void (*(*at))(void *self));
FIELD(ebra_plugin, get_interface, 48, 8, const void *(*(*at))(const char *id));
FIELD(ebra_plugin, check_config, 56, 8, ebra_status (*(*at))(ebra_str config_json, const
          ebra_config_sink *problems));
}

static void lock_ebra_event(ebra_event *all) {
LOCK(sizeof(ebra_event) >= 176, "size of ebra_event");
FIELD(ebra_event, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_event, kind, 4, 4, int32_t (*at));
FIELD(ebra_event, outcome, 8, 4, int32_t (*at));
FIELD(ebra_event, disposition, 12, 4, int32_t (*at));
FIELD(ebra_event, verified, 16, 4, int32_t (*at));
FIELD(ebra_event, reserved, 20, 4, int32_t (*at));
FIELD(ebra_event, provider_call_id, 24, 16, ebra_str (*at));
FIELD(ebra_event, reference, 40, 16, ebra_str (*at));
FIELD(ebra_event, dedup_key, 56, 16, ebra_str (*at));
FIELD(ebra_event, reason, 72, 16, ebra_str (*at));
FIELD(ebra_event, occurred_at, 88, 8, ebra_time_ms (*at));
FIELD(ebra_event, duration_ms, 96, 8, int64_t (*at));
FIELD(ebra_event, cost_micros, 104, 8, int64_t (*at));
FIELD(ebra_event, cost_currency, 112, 16, ebra_str (*at));
FIELD(ebra_event, recording_url, 128, 16, ebra_str (*at));
FIELD(ebra_event, transcript_url, 144, 16, ebra_str (*at));
FIELD(ebra_event, provider_state, 160, 16, ebra_str (*at));
}

static void lock_ebra_op_result(ebra_op_result *all) {
LOCK(sizeof(ebra_op_result) >= 80, "size of ebra_op_result");
FIELD(ebra_op_result, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_op_result, answer, 4, 4, int32_t (*at));
FIELD(ebra_op_result, error_class, 8, 4, int32_t (*at));
FIELD(ebra_op_result, http_status, 12, 4, int32_t (*at));
FIELD(ebra_op_result, retry_after_ms, 16, 8, int64_t (*at));
FIELD(ebra_op_result, provider_call_id, 24, 16, ebra_str (*at));
FIELD(ebra_op_result, provider_state, 40, 16, ebra_str (*at));
FIELD(ebra_op_result, message, 56, 16, ebra_str (*at));
FIELD(ebra_op_result, event, 72, 8, const ebra_event *(*at));
}

static void lock_ebra_start_request(ebra_start_request *all) {
LOCK(sizeof(ebra_start_request) >= 56, "size of ebra_start_request");
FIELD(ebra_start_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_start_request, timeout_ms, 4, 4, uint32_t (*at));
FIELD(ebra_start_request, send_by_ns, 8, 8, uint64_t (*at));
FIELD(ebra_start_request, call, 16, 8, const ebra_call *(*at));
FIELD(ebra_start_request, reference, 24, 16, ebra_str (*at));
FIELD(ebra_start_request, callback_url, 40, 16, ebra_str (*at));
}

static void lock_ebra_placement_request(ebra_placement_request *all) {
LOCK(sizeof(ebra_placement_request) >= 32, "size of ebra_placement_request");
FIELD(ebra_placement_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_placement_request, timeout_ms, 4, 4, uint32_t (*at));
FIELD(ebra_placement_request, call, 8, 8, const ebra_call *(*at));
FIELD(ebra_placement_request, reference, 16, 16, ebra_str (*at));
}

static void lock_ebra_webhook(ebra_webhook *all) {
LOCK(sizeof(ebra_webhook) >= 96, "size of ebra_webhook");
FIELD(ebra_webhook, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_webhook, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_webhook, method, 8, 16, ebra_str (*at));
FIELD(ebra_webhook, url, 24, 16, ebra_str (*at));
FIELD(ebra_webhook, headers, 40, 8, const ebra_pair *(*at));
FIELD(ebra_webhook, header_count, 48, 8, size_t (*at));
FIELD(ebra_webhook, body, 56, 16, ebra_str (*at));
FIELD(ebra_webhook, peer, 72, 16, ebra_str (*at));
FIELD(ebra_webhook, now, 88, 8, ebra_time_ms (*at));
}

static void lock_ebra_webhook_sink(ebra_webhook_sink *all) {
LOCK(sizeof(ebra_webhook_sink) == 24, "size of ebra_webhook_sink");
FIELD(ebra_webhook_sink, context, 0, 8, void *(*at));
FIELD(ebra_webhook_sink, event, 8, 8, void (*(*at))(void *context, const ebra_event *event));
FIELD(ebra_webhook_sink, reply, 16, 8, void (*(*at))(void *context, int32_t http_status, ebra_str
          content_type, ebra_str body));
}

static void lock_ebra_provider(ebra_provider *all) {
LOCK(sizeof(ebra_provider) >= 56, "size of ebra_provider");
FIELD(ebra_provider, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_provider, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_provider, capabilities, 8, 8, uint64_t (*(*at))(void *self));
FIELD(ebra_provider, visibility_delay_ms, 16, 8, int64_t (*(*at))(void *self));
FIELD(ebra_provider, start_call, 24, 8, ebra_status (*(*at))(void *self, const ebra_start_request
          *request, ebra_op op, ebra_error *error));
FIELD(ebra_provider, query_call, 32, 8, ebra_status (*(*at))(void *self, const
          ebra_placement_request *request, ebra_op op, ebra_error *error));
FIELD(ebra_provider, cancel_call, 40, 8, ebra_status (*(*at))(void *self, const
          ebra_placement_request *request, ebra_op op, ebra_error *error));
FIELD(ebra_provider, webhook, 48, 8, ebra_status (*(*at))(void *self, const ebra_webhook *webhook,
          const ebra_webhook_sink *sink, ebra_error *error));
}

static void lock_ebra_limit(ebra_limit *all) {
LOCK(sizeof(ebra_limit) >= 88, "size of ebra_limit");
FIELD(ebra_limit, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_limit, mask, 4, 4, uint32_t (*at));
FIELD(ebra_limit, key, 8, 16, ebra_str (*at));
FIELD(ebra_limit, max_in_flight, 24, 8, int64_t (*at));
FIELD(ebra_limit, grants_per_1000s, 32, 8, int64_t (*at));
FIELD(ebra_limit, burst, 40, 8, int64_t (*at));
FIELD(ebra_limit, in_flight, 48, 8, int64_t (*at));
FIELD(ebra_limit, paused, 56, 4, int32_t (*at));
FIELD(ebra_limit, reserved, 60, 4, int32_t (*at));
FIELD(ebra_limit, blocked_until, 64, 8, ebra_time_ms (*at));
FIELD(ebra_limit, note, 72, 16, ebra_str (*at));
}

static void lock_ebra_limit_sink(ebra_limit_sink *all) {
LOCK(sizeof(ebra_limit_sink) == 16, "size of ebra_limit_sink");
FIELD(ebra_limit_sink, context, 0, 8, void *(*at));
FIELD(ebra_limit_sink, put, 8, 8, void (*(*at))(void *context, const ebra_limit *limit));
}

static void lock_ebra_item_sink(ebra_item_sink *all) {
LOCK(sizeof(ebra_item_sink) == 16, "size of ebra_item_sink");
FIELD(ebra_item_sink, context, 0, 8, void *(*at));
FIELD(ebra_item_sink, put, 8, 8, void (*(*at))(void *context, size_t index, ebra_status status,
          const ebra_call *call));
}

static void lock_ebra_patch(ebra_patch *all) {
LOCK(sizeof(ebra_patch) >= 88, "size of ebra_patch");
FIELD(ebra_patch, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_patch, mask, 4, 4, uint32_t (*at));
FIELD(ebra_patch, id, 8, 16, ebra_str (*at));
FIELD(ebra_patch, to, 24, 16, ebra_str (*at));
FIELD(ebra_patch, exclusive_key, 40, 16, ebra_str (*at));
FIELD(ebra_patch, script_id, 56, 16, ebra_str (*at));
FIELD(ebra_patch, metadata_json, 72, 16, ebra_str (*at));
}

static void lock_ebra_claim_request(ebra_claim_request *all) {
LOCK(sizeof(ebra_claim_request) >= 56, "size of ebra_claim_request");
FIELD(ebra_claim_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_claim_request, limit, 4, 4, uint32_t (*at));
FIELD(ebra_claim_request, now, 8, 8, ebra_time_ms (*at));
FIELD(ebra_claim_request, token, 16, 8, uint64_t (*at));
FIELD(ebra_claim_request, node, 24, 16, ebra_str (*at));
FIELD(ebra_claim_request, providers, 40, 8, const ebra_str *(*at));
FIELD(ebra_claim_request, provider_count, 48, 8, size_t (*at));
}

static void lock_ebra_claim_report(ebra_claim_report *all) {
LOCK(sizeof(ebra_claim_report) >= 40, "size of ebra_claim_report");
FIELD(ebra_claim_report, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_claim_report, stopped_by, 4, 4, int32_t (*at));
FIELD(ebra_claim_report, claimed, 8, 4, uint32_t (*at));
FIELD(ebra_claim_report, in_flight, 12, 4, uint32_t (*at));
FIELD(ebra_claim_report, next_due_at, 16, 8, ebra_time_ms (*at));
FIELD(ebra_claim_report, next_room_at, 24, 8, ebra_time_ms (*at));
FIELD(ebra_claim_report, lease_until, 32, 8, ebra_time_ms (*at));
}

static void lock_ebra_advance(ebra_advance *all) {
LOCK(sizeof(ebra_advance) >= 216, "size of ebra_advance");
FIELD(ebra_advance, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_advance, step, 4, 4, int32_t (*at));
FIELD(ebra_advance, call_id, 8, 16, ebra_str (*at));
FIELD(ebra_advance, placement, 24, 4, uint32_t (*at));
FIELD(ebra_advance, flags, 28, 4, uint32_t (*at));
FIELD(ebra_advance, claim, 32, 8, uint64_t (*at));
FIELD(ebra_advance, provider, 40, 16, ebra_str (*at));
FIELD(ebra_advance, provider_call_id, 56, 16, ebra_str (*at));
FIELD(ebra_advance, provider_state, 72, 16, ebra_str (*at));
FIELD(ebra_advance, dedup_key, 88, 16, ebra_str (*at));
FIELD(ebra_advance, reason, 104, 16, ebra_str (*at));
FIELD(ebra_advance, outcome, 120, 4, int32_t (*at));
FIELD(ebra_advance, disposition, 124, 4, int32_t (*at));
FIELD(ebra_advance, error_class, 128, 4, int32_t (*at));
FIELD(ebra_advance, reserved, 132, 4, int32_t (*at));
FIELD(ebra_advance, occurred_at, 136, 8, ebra_time_ms (*at));
FIELD(ebra_advance, due_at, 144, 8, ebra_time_ms (*at));
FIELD(ebra_advance, duration_ms, 152, 8, int64_t (*at));
FIELD(ebra_advance, cost_micros, 160, 8, int64_t (*at));
FIELD(ebra_advance, cost_currency, 168, 16, ebra_str (*at));
FIELD(ebra_advance, recording_url, 184, 16, ebra_str (*at));
FIELD(ebra_advance, transcript_url, 200, 16, ebra_str (*at));
}

static void lock_ebra_reclaim_request(ebra_reclaim_request *all) {
LOCK(sizeof(ebra_reclaim_request) >= 72, "size of ebra_reclaim_request");
FIELD(ebra_reclaim_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_reclaim_request, limit, 4, 4, uint32_t (*at));
FIELD(ebra_reclaim_request, now, 8, 8, ebra_time_ms (*at));
FIELD(ebra_reclaim_request, token, 16, 8, uint64_t (*at));
FIELD(ebra_reclaim_request, node, 24, 16, ebra_str (*at));
FIELD(ebra_reclaim_request, dead_ask_after_ms, 40, 8, int64_t (*at));
FIELD(ebra_reclaim_request, ask_after_ms, 48, 8, int64_t (*at));
FIELD(ebra_reclaim_request, stale_after_ms, 56, 8, int64_t (*at));
FIELD(ebra_reclaim_request, undecided_after_ms, 64, 8, int64_t (*at));
}

static void lock_ebra_lease_request(ebra_lease_request *all) {
LOCK(sizeof(ebra_lease_request) >= 72, "size of ebra_lease_request");
FIELD(ebra_lease_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_lease_request, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_lease_request, now, 8, 8, ebra_time_ms (*at));
FIELD(ebra_lease_request, lease_ms, 16, 8, int64_t (*at));
FIELD(ebra_lease_request, node, 24, 16, ebra_str (*at));
FIELD(ebra_lease_request, config_digest, 40, 16, ebra_str (*at));
FIELD(ebra_lease_request, about, 56, 16, ebra_str (*at));
}

static void lock_ebra_lease_report(ebra_lease_report *all) {
LOCK(sizeof(ebra_lease_report) >= 24, "size of ebra_lease_report");
FIELD(ebra_lease_report, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_lease_report, nodes_alive, 4, 4, uint32_t (*at));
FIELD(ebra_lease_report, nodes_differing, 8, 4, uint32_t (*at));
FIELD(ebra_lease_report, reserved, 12, 4, uint32_t (*at));
FIELD(ebra_lease_report, lease_until, 16, 8, ebra_time_ms (*at));
}

static void lock_ebra_find_request(ebra_find_request *all) {
LOCK(sizeof(ebra_find_request) >= 48, "size of ebra_find_request");
FIELD(ebra_find_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_find_request, by, 4, 4, int32_t (*at));
FIELD(ebra_find_request, provider, 8, 16, ebra_str (*at));
FIELD(ebra_find_request, value, 24, 16, ebra_str (*at));
FIELD(ebra_find_request, claim, 40, 8, uint64_t (*at));
}

static void lock_ebra_list_request(ebra_list_request *all) {
LOCK(sizeof(ebra_list_request) >= 24, "size of ebra_list_request");
FIELD(ebra_list_request, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_list_request, status, 4, 4, int32_t (*at));
FIELD(ebra_list_request, offset, 8, 8, uint64_t (*at));
FIELD(ebra_list_request, limit, 16, 8, uint64_t (*at));
}

static void lock_ebra_counts(ebra_counts *all) {
LOCK(sizeof(ebra_counts) >= 128, "size of ebra_counts");
FIELD(ebra_counts, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_counts, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_counts, pending, 8, 8, int64_t (*at));
FIELD(ebra_counts, in_progress, 16, 8, int64_t (*at));
FIELD(ebra_counts, completed, 24, 8, int64_t (*at));
FIELD(ebra_counts, failed, 32, 8, int64_t (*at));
FIELD(ebra_counts, canceled, 40, 8, int64_t (*at));
FIELD(ebra_counts, expired, 48, 8, int64_t (*at));
FIELD(ebra_counts, claimed, 56, 8, int64_t (*at));
FIELD(ebra_counts, placed, 64, 8, int64_t (*at));
FIELD(ebra_counts, unknown, 72, 8, int64_t (*at));
FIELD(ebra_counts, undecided, 80, 8, int64_t (*at));
FIELD(ebra_counts, parked, 88, 8, int64_t (*at));
FIELD(ebra_counts, kept, 96, 8, int64_t (*at));
FIELD(ebra_counts, owed, 104, 8, int64_t (*at));
FIELD(ebra_counts, contradictions, 112, 8, int64_t (*at));
FIELD(ebra_counts, oldest_due_at, 120, 8, ebra_time_ms (*at));
}

static void lock_ebra_reason(ebra_reason *all) {
LOCK(sizeof(ebra_reason) >= 32, "size of ebra_reason");
FIELD(ebra_reason, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_reason, why, 4, 4, int32_t (*at));
FIELD(ebra_reason, subject, 8, 16, ebra_str (*at));
FIELD(ebra_reason, until, 24, 8, ebra_time_ms (*at));
}

static void lock_ebra_reason_sink(ebra_reason_sink *all) {
LOCK(sizeof(ebra_reason_sink) == 16, "size of ebra_reason_sink");
FIELD(ebra_reason_sink, context, 0, 8, void *(*at));
FIELD(ebra_reason_sink, put, 8, 8, void (*(*at))(void *context, const ebra_reason *reason));
}

static void lock_ebra_store(ebra_store *all) {
LOCK(sizeof(ebra_store) >= 168, "size of ebra_store");
FIELD(ebra_store, struct_size, 0, 4, uint32_t (*at));
FIELD(ebra_store, reserved, 4, 4, uint32_t (*at));
FIELD(ebra_store, capabilities, 8, 8, uint64_t (*(*at))(void *self));
FIELD(ebra_store, now, 16, 8, ebra_status (*(*at))(void *self, ebra_time_ms *out, ebra_error
          *error));
FIELD(ebra_store, enqueue, 24, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, const
          ebra_call_spec *const *specs, size_t count, const ebra_item_sink *sink, ebra_error
          *error));
FIELD(ebra_store, patch, 32, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, const ebra_patch
          *const *patches, size_t count, const ebra_item_sink *sink, ebra_error *error));
FIELD(ebra_store, claim, 40, 8, ebra_status (*(*at))(void *self, const ebra_claim_request *request,
          const ebra_call_sink *sink, ebra_claim_report *report, ebra_error *error));
FIELD(ebra_store, advance, 48, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, const
          ebra_advance *const *steps, size_t count, const ebra_item_sink *sink, ebra_error *error));
FIELD(ebra_store, reclaim, 56, 8, ebra_status (*(*at))(void *self, const ebra_reclaim_request
          *request, const ebra_call_sink *sink, ebra_error *error));
FIELD(ebra_store, lease_renew, 64, 8, ebra_status (*(*at))(void *self, const ebra_lease_request
          *request, ebra_lease_report *report, ebra_error *error));
FIELD(ebra_store, lease_end, 72, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, ebra_str
          node, ebra_error *error));
FIELD(ebra_store, limits_set, 80, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, const
          ebra_limit *const *limits, size_t count, ebra_error *error));
FIELD(ebra_store, limits_get, 88, 8, ebra_status (*(*at))(void *self, const ebra_limit_sink *sink,
          ebra_error *error));
FIELD(ebra_store, setting, 96, 8, ebra_status (*(*at))(void *self, ebra_str key, ebra_str proposed,
          const ebra_text_sink *sink, ebra_error *error));
FIELD(ebra_store, get, 104, 8, ebra_status (*(*at))(void *self, const ebra_str *ids, size_t count,
          const ebra_call_sink *sink, ebra_error *error));
FIELD(ebra_store, find, 112, 8, ebra_status (*(*at))(void *self, const ebra_find_request *request,
          const ebra_call_sink *sink, ebra_error *error));
FIELD(ebra_store, list, 120, 8, ebra_status (*(*at))(void *self, const ebra_list_request *request,
          const ebra_call_sink *sink, ebra_error *error));
FIELD(ebra_store, counts, 128, 8, ebra_status (*(*at))(void *self, ebra_counts *out, ebra_error
          *error));
FIELD(ebra_store, explain, 136, 8, ebra_status (*(*at))(void *self, ebra_time_ms now, ebra_str id,
          const ebra_reason_sink *sink, ebra_error *error));
FIELD(ebra_store, health, 144, 8, ebra_status (*(*at))(void *self, ebra_error *error));
FIELD(ebra_store, wait, 152, 8, ebra_status (*(*at))(void *self, int64_t timeout_ms, ebra_error
          *error));
FIELD(ebra_store, wake, 160, 8, void (*(*at))(void *self));
}

LOCK(EBRA_ABI_MAJOR == 1, "EBRA_ABI_MAJOR");
LOCK(EBRA_OK == 0, "EBRA_OK");
LOCK(EBRA_INVALID_ARGUMENT == 1, "EBRA_INVALID_ARGUMENT");
LOCK(EBRA_NOT_FOUND == 2, "EBRA_NOT_FOUND");
LOCK(EBRA_CONFLICT == 3, "EBRA_CONFLICT");
LOCK(EBRA_UNAUTHENTICATED == 4, "EBRA_UNAUTHENTICATED");
LOCK(EBRA_RATE_LIMITED == 5, "EBRA_RATE_LIMITED");
LOCK(EBRA_UNAVAILABLE == 6, "EBRA_UNAVAILABLE");
LOCK(EBRA_TIMEOUT == 7, "EBRA_TIMEOUT");
LOCK(EBRA_CANCELED == 8, "EBRA_CANCELED");
LOCK(EBRA_UNSUPPORTED == 9, "EBRA_UNSUPPORTED");
LOCK(EBRA_CORRUPT == 10, "EBRA_CORRUPT");
LOCK(EBRA_INTERNAL == 11, "EBRA_INTERNAL");
LOCK(EBRA_STALE == 12, "EBRA_STALE");
LOCK(EBRA_IN_DOUBT == 13, "EBRA_IN_DOUBT");
LOCK(EBRA_ALREADY == 14, "EBRA_ALREADY");
LOCK(EBRA_KEPT == 15, "EBRA_KEPT");
LOCK(EBRA_CALL_PENDING == 1, "EBRA_CALL_PENDING");
LOCK(EBRA_CALL_IN_PROGRESS == 2, "EBRA_CALL_IN_PROGRESS");
LOCK(EBRA_CALL_COMPLETED == 3, "EBRA_CALL_COMPLETED");
LOCK(EBRA_CALL_FAILED == 4, "EBRA_CALL_FAILED");
LOCK(EBRA_CALL_CANCELED == 5, "EBRA_CALL_CANCELED");
LOCK(EBRA_CALL_EXPIRED == 6, "EBRA_CALL_EXPIRED");
LOCK(EBRA_PLACEMENT_CLAIMED == 1, "EBRA_PLACEMENT_CLAIMED");
LOCK(EBRA_PLACEMENT_PLACED == 2, "EBRA_PLACEMENT_PLACED");
LOCK(EBRA_PLACEMENT_UNKNOWN == 3, "EBRA_PLACEMENT_UNKNOWN");
LOCK(EBRA_PLACEMENT_RELEASED == 4, "EBRA_PLACEMENT_RELEASED");
LOCK(EBRA_PLACEMENT_REFUSED == 5, "EBRA_PLACEMENT_REFUSED");
LOCK(EBRA_PLACEMENT_ENDED == 6, "EBRA_PLACEMENT_ENDED");
LOCK(EBRA_OUTCOME_NONE == 0, "EBRA_OUTCOME_NONE");
LOCK(EBRA_OUTCOME_COMPLETED == 1, "EBRA_OUTCOME_COMPLETED");
LOCK(EBRA_OUTCOME_FAILED == 2, "EBRA_OUTCOME_FAILED");
LOCK(EBRA_DISPOSITION_NONE == 0, "EBRA_DISPOSITION_NONE");
LOCK(EBRA_DISPOSITION_ANSWERED == 1, "EBRA_DISPOSITION_ANSWERED");
LOCK(EBRA_DISPOSITION_VOICEMAIL == 2, "EBRA_DISPOSITION_VOICEMAIL");
LOCK(EBRA_DISPOSITION_NO_ANSWER == 3, "EBRA_DISPOSITION_NO_ANSWER");
LOCK(EBRA_DISPOSITION_BUSY == 4, "EBRA_DISPOSITION_BUSY");
LOCK(EBRA_DISPOSITION_DECLINED == 5, "EBRA_DISPOSITION_DECLINED");
LOCK(EBRA_DISPOSITION_INVALID_NUMBER == 6, "EBRA_DISPOSITION_INVALID_NUMBER");
LOCK(EBRA_DISPOSITION_CAPACITY == 7, "EBRA_DISPOSITION_CAPACITY");
LOCK(EBRA_DISPOSITION_PROVIDER_FAULT == 8, "EBRA_DISPOSITION_PROVIDER_FAULT");
LOCK(EBRA_DISPOSITION_CANCELED == 9, "EBRA_DISPOSITION_CANCELED");
LOCK(EBRA_DISPOSITION_GIVEN_UP == 10, "EBRA_DISPOSITION_GIVEN_UP");
LOCK(EBRA_DISPOSITION_NOT_SENT == 11, "EBRA_DISPOSITION_NOT_SENT");
LOCK(EBRA_CLASS_NONE == 0, "EBRA_CLASS_NONE");
LOCK(EBRA_CLASS_PERMANENT == 1, "EBRA_CLASS_PERMANENT");
LOCK(EBRA_CLASS_TRANSIENT == 2, "EBRA_CLASS_TRANSIENT");
LOCK(EBRA_CLASS_CAPACITY == 3, "EBRA_CLASS_CAPACITY");
LOCK(EBRA_CLASS_CONFIGURATION == 4, "EBRA_CLASS_CONFIGURATION");
LOCK(EBRA_CLASS_BILLING == 5, "EBRA_CLASS_BILLING");
LOCK(EBRA_METADATA_BYTES_MAX == 65536, "EBRA_METADATA_BYTES_MAX");
LOCK(EBRA_PROVIDER_STATE_BYTES_MAX == 4096, "EBRA_PROVIDER_STATE_BYTES_MAX");
LOCK(EBRA_ID_BYTES_MAX == 128, "EBRA_ID_BYTES_MAX");
LOCK(EBRA_REASON_BYTES_MAX == 512, "EBRA_REASON_BYTES_MAX");
LOCK(EBRA_PRUNE_DRY_RUN == 1u, "EBRA_PRUNE_DRY_RUN");
LOCK(EBRA_PRUNE_OWED == 2u, "EBRA_PRUNE_OWED");
LOCK(EBRA_ENTRY_ENQUEUED == 64, "EBRA_ENTRY_ENQUEUED");
LOCK(EBRA_ENTRY_PATCHED == 65, "EBRA_ENTRY_PATCHED");
LOCK(EBRA_ENTRY_CLAIMED == 66, "EBRA_ENTRY_CLAIMED");
LOCK(EBRA_ENTRY_NODE_LOST == 67, "EBRA_ENTRY_NODE_LOST");
LOCK(EBRA_ENTRY_EXPIRED == 68, "EBRA_ENTRY_EXPIRED");
LOCK(EBRA_LOG_DEBUG == 1, "EBRA_LOG_DEBUG");
LOCK(EBRA_LOG_INFO == 2, "EBRA_LOG_INFO");
LOCK(EBRA_LOG_WARN == 3, "EBRA_LOG_WARN");
LOCK(EBRA_LOG_ERROR == 4, "EBRA_LOG_ERROR");
LOCK(EBRA_PROVIDER_WEBHOOKS == 1u, "EBRA_PROVIDER_WEBHOOKS");
LOCK(EBRA_PROVIDER_QUERY == 2u, "EBRA_PROVIDER_QUERY");
LOCK(EBRA_PROVIDER_CANCEL == 4u, "EBRA_PROVIDER_CANCEL");
LOCK(EBRA_PROVIDER_IDEMPOTENT_START == 8u, "EBRA_PROVIDER_IDEMPOTENT_START");
LOCK(EBRA_PROVIDER_SPEAKS_CALL_STATUS == 16u, "EBRA_PROVIDER_SPEAKS_CALL_STATUS");
LOCK(EBRA_START_PLACED == 1, "EBRA_START_PLACED");
LOCK(EBRA_START_REFUSED == 2, "EBRA_START_REFUSED");
LOCK(EBRA_START_UNKNOWN == 3, "EBRA_START_UNKNOWN");
LOCK(EBRA_START_NOT_SENT == 4, "EBRA_START_NOT_SENT");
LOCK(EBRA_FOUND == 11, "EBRA_FOUND");
LOCK(EBRA_NOT_FOUND_EXACT == 12, "EBRA_NOT_FOUND_EXACT");
LOCK(EBRA_NOT_FOUND_WEAK == 13, "EBRA_NOT_FOUND_WEAK");
LOCK(EBRA_QUERY_UNABLE == 14, "EBRA_QUERY_UNABLE");
LOCK(EBRA_CANCEL_DONE == 21, "EBRA_CANCEL_DONE");
LOCK(EBRA_CANCEL_TOO_LATE == 22, "EBRA_CANCEL_TOO_LATE");
LOCK(EBRA_CANCEL_UNABLE == 23, "EBRA_CANCEL_UNABLE");
LOCK(EBRA_EVENT_ACCEPTED == 1, "EBRA_EVENT_ACCEPTED");
LOCK(EBRA_EVENT_RINGING == 2, "EBRA_EVENT_RINGING");
LOCK(EBRA_EVENT_ANSWERED == 3, "EBRA_EVENT_ANSWERED");
LOCK(EBRA_EVENT_ENDED == 4, "EBRA_EVENT_ENDED");
LOCK(EBRA_EVENT_ENRICHED == 5, "EBRA_EVENT_ENRICHED");
LOCK(EBRA_STORE_WAITS == 1u, "EBRA_STORE_WAITS");
LOCK(EBRA_STORE_SHARED == 2u, "EBRA_STORE_SHARED");
LOCK(EBRA_STORE_DURABLE == 4u, "EBRA_STORE_DURABLE");
LOCK(EBRA_LIMIT_SET_MAX == 1u, "EBRA_LIMIT_SET_MAX");
LOCK(EBRA_LIMIT_SET_RATE == 2u, "EBRA_LIMIT_SET_RATE");
LOCK(EBRA_LIMIT_SET_PAUSED == 4u, "EBRA_LIMIT_SET_PAUSED");
LOCK(EBRA_LIMIT_SET_BLOCKED == 8u, "EBRA_LIMIT_SET_BLOCKED");
LOCK(EBRA_LIMIT_UNBLOCK == 16u, "EBRA_LIMIT_UNBLOCK");
LOCK(EBRA_PATCH_TO == 1u, "EBRA_PATCH_TO");
LOCK(EBRA_PATCH_SCRIPT == 2u, "EBRA_PATCH_SCRIPT");
LOCK(EBRA_PATCH_METADATA == 4u, "EBRA_PATCH_METADATA");
LOCK(EBRA_CLAIM_STOP_LIMIT == 1, "EBRA_CLAIM_STOP_LIMIT");
LOCK(EBRA_CLAIM_STOP_EMPTY == 2, "EBRA_CLAIM_STOP_EMPTY");
LOCK(EBRA_CLAIM_STOP_GLOBAL == 3, "EBRA_CLAIM_STOP_GLOBAL");
LOCK(EBRA_CLAIM_STOP_PROVIDER == 4, "EBRA_CLAIM_STOP_PROVIDER");
LOCK(EBRA_CLAIM_STOP_RATE == 5, "EBRA_CLAIM_STOP_RATE");
LOCK(EBRA_STEP_ACCEPTED == 1, "EBRA_STEP_ACCEPTED");
LOCK(EBRA_STEP_LOST == 2, "EBRA_STEP_LOST");
LOCK(EBRA_STEP_NOT_SENT == 3, "EBRA_STEP_NOT_SENT");
LOCK(EBRA_STEP_REFUSED == 4, "EBRA_STEP_REFUSED");
LOCK(EBRA_STEP_ENDED == 5, "EBRA_STEP_ENDED");
LOCK(EBRA_STEP_ENRICH == 6, "EBRA_STEP_ENRICH");
LOCK(EBRA_STEP_PROGRESS == 7, "EBRA_STEP_PROGRESS");
LOCK(EBRA_STEP_RELEASE == 16, "EBRA_STEP_RELEASE");
LOCK(EBRA_STEP_RETRY == 17, "EBRA_STEP_RETRY");
LOCK(EBRA_STEP_FAIL == 18, "EBRA_STEP_FAIL");
LOCK(EBRA_STEP_GIVE_UP == 19, "EBRA_STEP_GIVE_UP");
LOCK(EBRA_STEP_CANCEL == 32, "EBRA_STEP_CANCEL");
LOCK(EBRA_STEP_MAP == 33, "EBRA_STEP_MAP");
LOCK(EBRA_ADVANCE_RETRYABLE == 1u, "EBRA_ADVANCE_RETRYABLE");
LOCK(EBRA_FIND_PROVIDER_CALL_ID == 1, "EBRA_FIND_PROVIDER_CALL_ID");
LOCK(EBRA_FIND_IDEMPOTENCY_KEY == 2, "EBRA_FIND_IDEMPOTENCY_KEY");
LOCK(EBRA_FIND_CLAIM == 3, "EBRA_FIND_CLAIM");
LOCK(EBRA_WHY_IN_PROGRESS == 1, "EBRA_WHY_IN_PROGRESS");
LOCK(EBRA_WHY_TERMINAL == 2, "EBRA_WHY_TERMINAL");
LOCK(EBRA_WHY_BACKOFF == 3, "EBRA_WHY_BACKOFF");
LOCK(EBRA_WHY_PHONE_BUSY == 4, "EBRA_WHY_PHONE_BUSY");
LOCK(EBRA_WHY_CAP == 5, "EBRA_WHY_CAP");
LOCK(EBRA_WHY_RATE == 6, "EBRA_WHY_RATE");
LOCK(EBRA_WHY_PAUSED == 7, "EBRA_WHY_PAUSED");
LOCK(EBRA_WHY_BLOCKED == 8, "EBRA_WHY_BLOCKED");
LOCK(EBRA_WHY_NO_NODE == 9, "EBRA_WHY_NO_NODE");
LOCK(EBRA_WHY_NEXT == 10, "EBRA_WHY_NEXT");
LOCK(EBRA_WHY_UNKNOWN == 11, "EBRA_WHY_UNKNOWN");
LOCK(EBRA_WHY_UNDECIDED == 12, "EBRA_WHY_UNDECIDED");
LOCK(EBRA_WHY_PHONE_RESTING == 13, "EBRA_WHY_PHONE_RESTING");

int main(void) {
    int differences = 0;
    (void)lock_ebra_str;
    (void)lock_ebra_pair;
    (void)lock_ebra_error;
    (void)lock_ebra_text_sink;
    (void)lock_ebra_call_spec;
    (void)lock_ebra_call_state;
    (void)lock_ebra_placement;
    (void)lock_ebra_call;
    (void)lock_ebra_call_sink;
    (void)lock_ebra_store_check;
    (void)lock_ebra_store_gap;
    (void)lock_ebra_migration;
    (void)lock_ebra_migration_sink;
    (void)lock_ebra_store_migrate;
    (void)lock_ebra_outbox_row;
    (void)lock_ebra_outbox_sink;
    (void)lock_ebra_store_outbox;
    (void)lock_ebra_prune_request;
    (void)lock_ebra_prune_report;
    (void)lock_ebra_store_retain;
    (void)lock_ebra_entry;
    (void)lock_ebra_entry_sink;
    (void)lock_ebra_placement_sink;
    (void)lock_ebra_store_timeline;
    (void)lock_ebra_host;
    (void)lock_ebra_config_problem;
    (void)lock_ebra_config_sink;
    (void)lock_ebra_plugin;
    (void)lock_ebra_event;
    (void)lock_ebra_op_result;
    (void)lock_ebra_start_request;
    (void)lock_ebra_placement_request;
    (void)lock_ebra_webhook;
    (void)lock_ebra_webhook_sink;
    (void)lock_ebra_provider;
    (void)lock_ebra_limit;
    (void)lock_ebra_limit_sink;
    (void)lock_ebra_item_sink;
    (void)lock_ebra_patch;
    (void)lock_ebra_claim_request;
    (void)lock_ebra_claim_report;
    (void)lock_ebra_advance;
    (void)lock_ebra_reclaim_request;
    (void)lock_ebra_lease_request;
    (void)lock_ebra_lease_report;
    (void)lock_ebra_find_request;
    (void)lock_ebra_list_request;
    (void)lock_ebra_counts;
    (void)lock_ebra_reason;
    (void)lock_ebra_reason_sink;
    (void)lock_ebra_store;
    differences += differs("EBRA_STORE_CHECK_ID", EBRA_STORE_CHECK_ID, "ebra.store.check/1");
    differences += differs("EBRA_STORE_GAP_ID", EBRA_STORE_GAP_ID, "ebra.store.gap/1");
    differences += differs("EBRA_STORE_MIGRATE_ID", EBRA_STORE_MIGRATE_ID, "ebra.store.migrate/1");
    differences += differs("EBRA_STORE_OUTBOX_ID", EBRA_STORE_OUTBOX_ID, "ebra.store.outbox/1");
    differences += differs("EBRA_STORE_RETAIN_ID", EBRA_STORE_RETAIN_ID, "ebra.store.retain/1");
    differences += differs("EBRA_STORE_TIMELINE_ID", EBRA_STORE_TIMELINE_ID, "ebra.store.timeline/1");
    differences += differs("EBRA_PROVIDER_ID", EBRA_PROVIDER_ID, "ebra.provider/1");
    differences += differs("EBRA_STORE_ID", EBRA_STORE_ID, "ebra.store/1");
    differences += differs("EBRA_LIMIT_GLOBAL", EBRA_LIMIT_GLOBAL, "global");
    differences += differs("EBRA_LIMIT_PROVIDER_PREFIX", EBRA_LIMIT_PROVIDER_PREFIX, "provider:");
    return differences;
}
