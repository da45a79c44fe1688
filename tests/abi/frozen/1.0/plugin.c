/*
 * A plugin as its author wrote it for ABI 1.0: a provider that places every call at once and a
 * store that keeps nothing. It is built with the headers beside it and never changes: what it does
 * today's host must go on to understand.
 */
#include "ebra/abi/ebra.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct instance {
    const ebra_host* host;
    uint64_t started;
} instance;

static ebra_str text(const char* words) {
    ebra_str made;
    made.data = words;
    made.size = strlen(words);
    return made;
}

static ebra_status fail(ebra_error* error, ebra_status status, const char* words) {
    if (error != NULL && EBRA_HAS(error, ebra_error, message)) {
        snprintf(error->message, sizeof error->message, "%s", words);
    }
    return status;
}

/* ---- life -------------------------------------------------------------------------------------
 */

static ebra_status create(const ebra_host* host, ebra_str config_json, void** self,
                          ebra_error* error) {
    instance* made;
    if (config_json.size == 0 || config_json.data[0] != '{') {
        return fail(error, EBRA_INVALID_ARGUMENT, "the options are not an object; write {}");
    }
    if (!EBRA_CAN(host, ebra_host, op_done)) {
        return fail(error, EBRA_UNSUPPORTED, "the host cannot take completions");
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) return fail(error, EBRA_UNAVAILABLE, "out of memory");
    made->host = host;
    host->log(host, EBRA_LOG_INFO, text("frozen plugin made"));
    *self = made;
    return EBRA_OK;
}

static void destroy(void* self) {
    free(self);
}

static ebra_status check_config(ebra_str config_json, const ebra_config_sink* problems) {
    ebra_config_problem problem;
    if (config_json.size == 2) return EBRA_OK;
    memset(&problem, 0, sizeof problem);
    problem.struct_size = sizeof problem;
    problem.pointer = text("/colour");
    problem.text = text("there are no options");
    problems->put(problems->context, &problem);
    return EBRA_INVALID_ARGUMENT;
}

/* ---- provider ---------------------------------------------------------------------------------
 */

static uint64_t provider_capabilities(void* self) {
    (void)self;
    return EBRA_PROVIDER_WEBHOOKS | EBRA_PROVIDER_QUERY;
}

static ebra_status start_call(void* self, const ebra_start_request* request, ebra_op op,
                              ebra_error* error) {
    instance* mine = self;
    const ebra_host* host = mine->host;
    char id[64];
    ebra_op_result result;
    if (request->call->spec->to.size == 0) {
        return fail(error, EBRA_INVALID_ARGUMENT, "the call has no number");
    }
    if (host->monotonic_ns(host) > request->send_by_ns) {
        return fail(error, EBRA_TIMEOUT, "too late to send");
    }
    ++mine->started;
    snprintf(id, sizeof id, "frozen-%.*s", (int)request->reference.size, request->reference.data);
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    result.answer = EBRA_START_PLACED;
    result.http_status = 201;
    result.provider_call_id = text(id);
    host->op_done(host, op, &result);
    return EBRA_OK;
}

static void ended_event(ebra_event* event, ebra_str reference) {
    memset(event, 0, sizeof *event);
    event->struct_size = sizeof *event;
    event->kind = EBRA_EVENT_ENDED;
    event->outcome = EBRA_OUTCOME_COMPLETED;
    event->disposition = EBRA_DISPOSITION_ANSWERED;
    event->verified = 1;
    event->reference = reference;
    event->duration_ms = 42000;
    event->cost_micros = -1;
}

static ebra_status query_call(void* self, const ebra_placement_request* request, ebra_op op,
                              ebra_error* error) {
    instance* mine = self;
    ebra_event event;
    ebra_op_result result;
    (void)error;
    ended_event(&event, request->reference);
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    result.answer = EBRA_FOUND;
    result.event = &event;
    mine->host->op_done(mine->host, op, &result);
    return EBRA_OK;
}

static ebra_status webhook(void* self, const ebra_webhook* webhook, const ebra_webhook_sink* sink,
                           ebra_error* error) {
    ebra_event event;
    (void)self;
    if (webhook->header_count == 0) {
        return fail(error, EBRA_UNAUTHENTICATED, "there is no signature");
    }
    ended_event(&event, webhook->body);
    sink->event(sink->context, &event);
    sink->reply(sink->context, 202, text("text/plain"), text("taken"));
    return EBRA_OK;
}

static const ebra_provider provider = {
    sizeof(ebra_provider), 0, provider_capabilities, NULL, start_call, query_call, NULL, webhook,
};

/* ---- store ------------------------------------------------------------------------------------
 */

static uint64_t store_capabilities(void* self) {
    (void)self;
    return 0;
}

static ebra_status store_now(void* self, ebra_time_ms* out, ebra_error* error) {
    instance* mine = self;
    (void)error;
    *out = mine->host->now_ms(mine->host);
    return EBRA_OK;
}

static ebra_status store_enqueue(void* self, ebra_time_ms now, const ebra_call_spec* const* specs,
                                 size_t count, const ebra_item_sink* sink, ebra_error* error) {
    size_t index;
    (void)self, (void)error;
    for (index = 0; index < count; ++index) {
        ebra_call_state state;
        ebra_call call;
        memset(&state, 0, sizeof state);
        state.struct_size = sizeof state;
        state.status = EBRA_CALL_PENDING;
        state.created_at = now;
        memset(&call, 0, sizeof call);
        call.struct_size = sizeof call;
        call.spec = specs[index];
        call.state = &state;
        sink->put(sink->context, index, EBRA_OK, &call);
    }
    return EBRA_OK;
}

static ebra_status store_patch(void* self, ebra_time_ms now, const ebra_patch* const* patches,
                               size_t count, const ebra_item_sink* sink, ebra_error* error) {
    size_t index;
    (void)self, (void)now, (void)patches, (void)error;
    for (index = 0; index < count; ++index) {
        sink->put(sink->context, index, EBRA_NOT_FOUND, NULL);
    }
    return EBRA_OK;
}

static ebra_status store_claim(void* self, const ebra_claim_request* request,
                               const ebra_call_sink* sink, ebra_claim_report* report,
                               ebra_error* error) {
    (void)self, (void)request, (void)sink, (void)error;
    report->stopped_by = EBRA_CLAIM_STOP_EMPTY;
    return EBRA_OK;
}

static ebra_status store_advance(void* self, ebra_time_ms now, const ebra_advance* const* steps,
                                 size_t count, const ebra_item_sink* sink, ebra_error* error) {
    size_t index;
    (void)self, (void)now, (void)steps, (void)error;
    for (index = 0; index < count; ++index) {
        sink->put(sink->context, index, EBRA_NOT_FOUND, NULL);
    }
    return EBRA_OK;
}

static ebra_status store_reclaim(void* self, const ebra_reclaim_request* request,
                                 const ebra_call_sink* sink, ebra_error* error) {
    (void)self, (void)request, (void)sink, (void)error;
    return EBRA_OK;
}

static ebra_status store_lease_renew(void* self, const ebra_lease_request* request,
                                     ebra_lease_report* report, ebra_error* error) {
    (void)self, (void)error;
    report->nodes_alive = 1;
    report->lease_until = request->now + request->lease_ms;
    return EBRA_OK;
}

static ebra_status store_lease_end(void* self, ebra_time_ms now, ebra_str node, ebra_error* error) {
    (void)self, (void)now, (void)node, (void)error;
    return EBRA_OK;
}

static ebra_status store_limits_set(void* self, ebra_time_ms now, const ebra_limit* const* limits,
                                    size_t count, ebra_error* error) {
    (void)self, (void)now, (void)limits, (void)count, (void)error;
    return EBRA_OK;
}

static ebra_status store_limits_get(void* self, const ebra_limit_sink* sink, ebra_error* error) {
    (void)self, (void)sink, (void)error;
    return EBRA_OK;
}

static ebra_status store_setting(void* self, ebra_str key, ebra_str proposed,
                                 const ebra_text_sink* sink, ebra_error* error) {
    (void)self, (void)key, (void)error;
    sink->put(sink->context, proposed);
    return EBRA_OK;
}

static ebra_status store_get(void* self, const ebra_str* ids, size_t count,
                             const ebra_call_sink* sink, ebra_error* error) {
    (void)self, (void)ids, (void)count, (void)sink, (void)error;
    return EBRA_OK;
}

static ebra_status store_find(void* self, const ebra_find_request* request,
                              const ebra_call_sink* sink, ebra_error* error) {
    (void)self, (void)request, (void)sink, (void)error;
    return EBRA_OK;
}

static ebra_status store_list(void* self, const ebra_list_request* request,
                              const ebra_call_sink* sink, ebra_error* error) {
    (void)self, (void)request, (void)sink, (void)error;
    return EBRA_OK;
}

static ebra_status store_counts(void* self, ebra_counts* out, ebra_error* error) {
    (void)self, (void)error;
    out->pending = 3;
    return EBRA_OK;
}

static ebra_status store_explain(void* self, ebra_time_ms now, ebra_str id,
                                 const ebra_reason_sink* sink, ebra_error* error) {
    (void)self, (void)now, (void)id, (void)sink;
    return fail(error, EBRA_NOT_FOUND, "there is no such call");
}

static ebra_status store_health(void* self, ebra_error* error) {
    (void)self, (void)error;
    return EBRA_OK;
}

static ebra_status store_wait(void* self, int64_t timeout_ms, ebra_error* error) {
    (void)self, (void)timeout_ms, (void)error;
    return EBRA_TIMEOUT;
}

static void store_wake(void* self) {
    (void)self;
}

static const ebra_store store = {
    sizeof(ebra_store), 0,
    store_capabilities, store_now,
    store_enqueue,      store_patch,
    store_claim,        store_advance,
    store_reclaim,      store_lease_renew,
    store_lease_end,    store_limits_set,
    store_limits_get,   store_setting,
    store_get,          store_find,
    store_list,         store_counts,
    store_explain,      store_health,
    store_wait,         store_wake,
};

/* ---- the descriptor ---------------------------------------------------------------------------
 */

static const void* get_interface(const char* id) {
    if (strcmp(id, EBRA_PROVIDER_ID) == 0) return &provider;
    if (strcmp(id, EBRA_STORE_ID) == 0) return &store;
    return NULL;
}

static const ebra_plugin plugin = {
    sizeof(ebra_plugin),
    0,
    "frozen-1-0",
    "1.0.0",
    "Built when the ABI was 1.0",
    create,
    destroy,
    get_interface,
    check_config,
};

const ebra_plugin* ebra_plugin_v1(void) {
    return &plugin;
}
