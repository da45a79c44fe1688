/* The smallest provider: every call is accepted and is over at once. Plain C, the ABI's headers
 * only. */
#include <ebra/abi/ebra.h>
#include <stdlib.h>
#include <string.h>

struct hello {
    const ebra_host* host;
};

static uint64_t capabilities(void* self) {
    (void)self;
    return 0; /* No webhooks, no query, no cancel: an end is told with the start's answer. */
}

static ebra_status start_call(void* self, const ebra_start_request* request, ebra_op op,
                              ebra_error* error) {
    const struct hello* hello = self;
    ebra_op_result result = {0};
    ebra_event ended = {0};
    (void)error;

    /* A real provider looks at its clock here: past send_by_ns nothing may be sent. */
    result.struct_size = sizeof result;
    if (hello->host->monotonic_ns(hello->host) >= request->send_by_ns) {
        result.answer = EBRA_START_NOT_SENT;
        result.error_class = EBRA_CLASS_TRANSIENT;
        hello->host->op_done(hello->host, op, &result);
        return EBRA_OK;
    }

    ended.struct_size = sizeof ended;
    ended.kind = EBRA_EVENT_ENDED;
    ended.outcome = EBRA_OUTCOME_COMPLETED;
    ended.disposition = EBRA_DISPOSITION_ANSWERED;
    ended.verified = 1;
    ended.duration_ms = -1; /* Not said. */
    ended.cost_micros = -1;

    result.answer = EBRA_START_PLACED;
    result.provider_call_id = request->reference; /* Unique; a real one has ids of its own. */
    result.event = &ended;
    hello->host->op_done(hello->host, op, &result); /* Copied before it returns. */
    return EBRA_OK;
}

static const ebra_provider provider = {
    .struct_size = sizeof(ebra_provider),
    .capabilities = capabilities,
    .start_call = start_call,
};

/* It has no options, so anything but {} is a mistake. */
static int is_empty_object(ebra_str json) {
    char seen[2] = {0};
    size_t count = 0;
    for (size_t i = 0; i < json.size; ++i) {
        if (memchr(" \t\r\n", json.data[i], 4) != NULL) continue;
        if (count == sizeof seen) return 0;
        seen[count++] = json.data[i];
    }
    return seen[0] == '{' && seen[1] == '}';
}

static ebra_status create(const ebra_host* host, ebra_str config_json, void** self,
                          ebra_error* error) {
    static const char refusal[] = "hello-provider has no options: leave them out";
    struct hello* hello;
    if (!is_empty_object(config_json)) {
        memcpy(error->message, refusal, sizeof refusal);
        return EBRA_INVALID_ARGUMENT;
    }
    hello = malloc(sizeof *hello);
    if (hello == NULL) {
        memcpy(error->message, "out of memory", sizeof "out of memory");
        return EBRA_UNAVAILABLE;
    }
    hello->host = host;
    *self = hello;
    return EBRA_OK;
}

static void destroy(void* self) {
    free(self); /* Nothing is open: every operation was completed before start_call returned. */
}

static const void* get_interface(const char* id) {
    return strcmp(id, EBRA_PROVIDER_ID) == 0 ? &provider : NULL;
}

static const ebra_plugin plugin = {
    .struct_size = sizeof(ebra_plugin),
    .id = "hello-provider",
    .version = "1.0.0",
    .summary = "Accepts every call and completes it at once",
    .create = create,
    .destroy = destroy,
    .get_interface = get_interface,
};

EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return &plugin;
}
