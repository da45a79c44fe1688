/*
 * Made by make_layout.py, not edited by hand: one function for each struct of the ABI, so that
 * the debug information of the library built from this holds them all.
 */
#include "ebra/abi/ebra.h"

EBRA_EXPORT const void *probe_ebra_str(const ebra_str *value);
const void *probe_ebra_str(const ebra_str *value) { return value; }
EBRA_EXPORT const void *probe_ebra_pair(const ebra_pair *value);
const void *probe_ebra_pair(const ebra_pair *value) { return value; }
EBRA_EXPORT const void *probe_ebra_error(const ebra_error *value);
const void *probe_ebra_error(const ebra_error *value) { return value; }
EBRA_EXPORT const void *probe_ebra_text_sink(const ebra_text_sink *value);
const void *probe_ebra_text_sink(const ebra_text_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_call_spec(const ebra_call_spec *value);
const void *probe_ebra_call_spec(const ebra_call_spec *value) { return value; }
EBRA_EXPORT const void *probe_ebra_call_state(const ebra_call_state *value);
const void *probe_ebra_call_state(const ebra_call_state *value) { return value; }
EBRA_EXPORT const void *probe_ebra_placement(const ebra_placement *value);
const void *probe_ebra_placement(const ebra_placement *value) { return value; }
EBRA_EXPORT const void *probe_ebra_call(const ebra_call *value);
const void *probe_ebra_call(const ebra_call *value) { return value; }
EBRA_EXPORT const void *probe_ebra_call_sink(const ebra_call_sink *value);
const void *probe_ebra_call_sink(const ebra_call_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store_check(const ebra_store_check *value);
const void *probe_ebra_store_check(const ebra_store_check *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store_gap(const ebra_store_gap *value);
const void *probe_ebra_store_gap(const ebra_store_gap *value) { return value; }
EBRA_EXPORT const void *probe_ebra_migration(const ebra_migration *value);
const void *probe_ebra_migration(const ebra_migration *value) { return value; }
EBRA_EXPORT const void *probe_ebra_migration_sink(const ebra_migration_sink *value);
const void *probe_ebra_migration_sink(const ebra_migration_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store_migrate(const ebra_store_migrate *value);
const void *probe_ebra_store_migrate(const ebra_store_migrate *value) { return value; }
EBRA_EXPORT const void *probe_ebra_outbox_row(const ebra_outbox_row *value);
const void *probe_ebra_outbox_row(const ebra_outbox_row *value) { return value; }
EBRA_EXPORT const void *probe_ebra_outbox_sink(const ebra_outbox_sink *value);
const void *probe_ebra_outbox_sink(const ebra_outbox_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store_outbox(const ebra_store_outbox *value);
const void *probe_ebra_store_outbox(const ebra_store_outbox *value) { return value; }
EBRA_EXPORT const void *probe_ebra_prune_request(const ebra_prune_request *value);
const void *probe_ebra_prune_request(const ebra_prune_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_prune_report(const ebra_prune_report *value);
const void *probe_ebra_prune_report(const ebra_prune_report *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store_retain(const ebra_store_retain *value);
const void *probe_ebra_store_retain(const ebra_store_retain *value) { return value; }
EBRA_EXPORT const void *probe_ebra_entry(const ebra_entry *value);
const void *probe_ebra_entry(const ebra_entry *value) { return value; }
EBRA_EXPORT const void *probe_ebra_entry_sink(const ebra_entry_sink *value);
const void *probe_ebra_entry_sink(const ebra_entry_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_placement_sink(const ebra_placement_sink *value);
const void *probe_ebra_placement_sink(const ebra_placement_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store_timeline(const ebra_store_timeline *value);
const void *probe_ebra_store_timeline(const ebra_store_timeline *value) { return value; }
EBRA_EXPORT const void *probe_ebra_host(const ebra_host *value);
const void *probe_ebra_host(const ebra_host *value) { return value; }
EBRA_EXPORT const void *probe_ebra_config_problem(const ebra_config_problem *value);
const void *probe_ebra_config_problem(const ebra_config_problem *value) { return value; }
EBRA_EXPORT const void *probe_ebra_config_sink(const ebra_config_sink *value);
const void *probe_ebra_config_sink(const ebra_config_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_plugin(const ebra_plugin *value);
const void *probe_ebra_plugin(const ebra_plugin *value) { return value; }
EBRA_EXPORT const void *probe_ebra_event(const ebra_event *value);
const void *probe_ebra_event(const ebra_event *value) { return value; }
EBRA_EXPORT const void *probe_ebra_op_result(const ebra_op_result *value);
const void *probe_ebra_op_result(const ebra_op_result *value) { return value; }
EBRA_EXPORT const void *probe_ebra_start_request(const ebra_start_request *value);
const void *probe_ebra_start_request(const ebra_start_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_placement_request(const ebra_placement_request *value);
const void *probe_ebra_placement_request(const ebra_placement_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_webhook(const ebra_webhook *value);
const void *probe_ebra_webhook(const ebra_webhook *value) { return value; }
EBRA_EXPORT const void *probe_ebra_webhook_sink(const ebra_webhook_sink *value);
const void *probe_ebra_webhook_sink(const ebra_webhook_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_provider(const ebra_provider *value);
const void *probe_ebra_provider(const ebra_provider *value) { return value; }
EBRA_EXPORT const void *probe_ebra_limit(const ebra_limit *value);
const void *probe_ebra_limit(const ebra_limit *value) { return value; }
EBRA_EXPORT const void *probe_ebra_limit_sink(const ebra_limit_sink *value);
const void *probe_ebra_limit_sink(const ebra_limit_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_item_sink(const ebra_item_sink *value);
const void *probe_ebra_item_sink(const ebra_item_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_patch(const ebra_patch *value);
const void *probe_ebra_patch(const ebra_patch *value) { return value; }
EBRA_EXPORT const void *probe_ebra_claim_request(const ebra_claim_request *value);
const void *probe_ebra_claim_request(const ebra_claim_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_claim_report(const ebra_claim_report *value);
const void *probe_ebra_claim_report(const ebra_claim_report *value) { return value; }
EBRA_EXPORT const void *probe_ebra_advance(const ebra_advance *value);
const void *probe_ebra_advance(const ebra_advance *value) { return value; }
EBRA_EXPORT const void *probe_ebra_reclaim_request(const ebra_reclaim_request *value);
const void *probe_ebra_reclaim_request(const ebra_reclaim_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_lease_request(const ebra_lease_request *value);
const void *probe_ebra_lease_request(const ebra_lease_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_lease_report(const ebra_lease_report *value);
const void *probe_ebra_lease_report(const ebra_lease_report *value) { return value; }
EBRA_EXPORT const void *probe_ebra_find_request(const ebra_find_request *value);
const void *probe_ebra_find_request(const ebra_find_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_list_request(const ebra_list_request *value);
const void *probe_ebra_list_request(const ebra_list_request *value) { return value; }
EBRA_EXPORT const void *probe_ebra_counts(const ebra_counts *value);
const void *probe_ebra_counts(const ebra_counts *value) { return value; }
EBRA_EXPORT const void *probe_ebra_reason(const ebra_reason *value);
const void *probe_ebra_reason(const ebra_reason *value) { return value; }
EBRA_EXPORT const void *probe_ebra_reason_sink(const ebra_reason_sink *value);
const void *probe_ebra_reason_sink(const ebra_reason_sink *value) { return value; }
EBRA_EXPORT const void *probe_ebra_store(const ebra_store *value);
const void *probe_ebra_store(const ebra_store *value) { return value; }
