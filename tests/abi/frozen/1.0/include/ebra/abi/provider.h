/**
 * @file
 * "ebra.provider/1": places calls, says how they are doing, reads webhooks.
 *
 * The one rule above all others: **a start request leaves at most once per operation.** A library that
 * re-sends by itself must be stopped from doing so. Whatever is not certainly unsent and not named a
 * refusal by the provider's own documents is EBRA_START_UNKNOWN.
 */
#ifndef EBRA_ABI_PROVIDER_H
#define EBRA_ABI_PROVIDER_H

#include "ebra/abi/base.h"
#include "ebra/abi/call.h"
#include "ebra/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_PROVIDER_ID "ebra.provider/1"

/* Capabilities. Unknown bits are ignored. */
#define EBRA_PROVIDER_WEBHOOKS 1u         /**< `webhook` is there. */
#define EBRA_PROVIDER_QUERY 2u            /**< `query_call` is there. */
#define EBRA_PROVIDER_CANCEL 4u           /**< `cancel_call` is there. */
#define EBRA_PROVIDER_IDEMPOTENT_START 8u /**< The same reference started again rings once. */
#define EBRA_PROVIDER_SPEAKS_CALL_STATUS 16u /**< Its webhooks are in Ebra's own call-status form, so its
                                                  callback_url is that endpoint's. */

/* What became of a start. DO NOT RENUMBER. */
#define EBRA_START_PLACED 1   /**< Accepted; provider_call_id is set. */
#define EBRA_START_REFUSED 2  /**< The provider said no; error_class says how. Nothing rings. */
#define EBRA_START_UNKNOWN 3  /**< Perhaps sent, answer lost. */
#define EBRA_START_NOT_SENT 4 /**< Certainly not one byte of the request left; error_class says how. */

/* What a query found. DO NOT RENUMBER. */
#define EBRA_FOUND 11           /**< The call is known; `event` says how it stands. */
#define EBRA_NOT_FOUND_EXACT 12 /**< Proven: no such call was ever placed. */
#define EBRA_NOT_FOUND_WEAK 13  /**< Not seen, but it may turn up yet. */
#define EBRA_QUERY_UNABLE 14    /**< Cannot say now, or never. */

/* What became of a cancel. DO NOT RENUMBER. */
#define EBRA_CANCEL_DONE 21      /**< It will end; the end comes as an event. */
#define EBRA_CANCEL_TOO_LATE 22  /**< It had ended. */
#define EBRA_CANCEL_UNABLE 23

/* Kinds of event. DO NOT RENUMBER. */
#define EBRA_EVENT_ACCEPTED 1 /**< The provider knows the call. */
#define EBRA_EVENT_RINGING 2
#define EBRA_EVENT_ANSWERED 3
#define EBRA_EVENT_ENDED 4    /**< Over: outcome and disposition are set. */
#define EBRA_EVENT_ENRICHED 5 /**< Details that came after the end. */

/** Something a provider says about a call: in a webhook, in a query's answer, at a start's end. */
typedef struct ebra_event {
    uint32_t struct_size;
    int32_t kind;              /**< EBRA_EVENT_* */
    int32_t outcome;           /**< EBRA_OUTCOME_* when ENDED. */
    int32_t disposition;       /**< EBRA_DISPOSITION_* when ENDED. */
    int32_t verified;          /**< 1 = authentic. 0 = the host asks the provider before it believes. */
    int32_t reserved;          /**< 0 */
    ebra_str provider_call_id; /**< Empty = not said. */
    ebra_str reference;        /**< Our reference as it came back; empty = not said. */
    ebra_str dedup_key;        /**< The same delivery again has the same key; empty = none. */
    ebra_str reason;           /**< For people; <= EBRA_REASON_BYTES_MAX. */
    ebra_time_ms occurred_at;  /**< By the provider's clock; 0 = not said. */
    int64_t duration_ms;       /**< Talk time; -1 = not said. */
    int64_t cost_micros;       /**< -1 = not said. */
    ebra_str cost_currency;
    ebra_str recording_url;
    ebra_str transcript_url;
    ebra_str provider_state;   /**< New opaque state to keep; empty = unchanged. */
} ebra_event;

/** How an operation ended. Passed to ebra_host.op_done, copied there. */
typedef struct ebra_op_result {
    uint32_t struct_size;
    int32_t answer;            /**< EBRA_START_*, EBRA_FOUND ..., EBRA_CANCEL_* by kind of operation. */
    int32_t error_class;       /**< EBRA_CLASS_* for REFUSED and NOT_SENT. */
    int32_t http_status;       /**< 0 = none. */
    int64_t retry_after_ms;    /**< 0 = not said. */
    ebra_str provider_call_id; /**< Required for PLACED. */
    ebra_str provider_state;   /**< <= EBRA_PROVIDER_STATE_BYTES_MAX; kept and handed back. */
    ebra_str message;          /**< For people; <= EBRA_REASON_BYTES_MAX; no secrets. */
    const ebra_event *event;   /**< For FOUND, or a start that ended at once; else NULL. */
} ebra_op_result;

/** A start. */
typedef struct ebra_start_request {
    uint32_t struct_size;
    uint32_t timeout_ms;    /**< The host ends the operation as UNKNOWN after this long. */
    uint64_t send_by_ns;    /**< host->monotonic_ns: past it, nothing may be sent (NOT_SENT, TRANSIENT).
                                 Check it immediately before the first byte. */
    const ebra_call *call;  /**< With its placement. Valid until start_call returns. */
    ebra_str reference;     /**< Idempotency key: call id "." placement number; new for every claim. */
    ebra_str callback_url;  /**< Where webhooks for this call go, reference included. Empty = none. */
} ebra_start_request;

/** A question about, or an order to end, a placement. Another node may have started it. */
typedef struct ebra_placement_request {
    uint32_t struct_size;
    uint32_t timeout_ms;    /**< The host ends the operation as UNABLE after this long. */
    const ebra_call *call;  /**< With the placement asked about. Valid until the function returns. */
    ebra_str reference;
} ebra_placement_request;

/** A webhook as it came in, nothing decoded but the request line. */
typedef struct ebra_webhook {
    uint32_t struct_size;
    uint32_t reserved;
    ebra_str method;
    ebra_str url;             /**< As the outside calls it: public URL, path and query. */
    const ebra_pair *headers; /**< In order, duplicates kept. */
    size_t header_count;
    ebra_str body;            /**< Raw bytes. */
    ebra_str peer;            /**< Address of the sender. */
    ebra_time_ms now;         /**< The store's clock: what time windows are measured against. */
} ebra_webhook;

/** What the provider plugin makes of a webhook. Called on the calling thread, before `webhook` returns. */
typedef struct ebra_webhook_sink {
    void *context;
    /** One thing the webhook says; any number of times, in order. */
    void (*event)(void *context, const ebra_event *event);
    /** The answer to give once the events are durable, when it is not a plain 200. At most once. */
    void (*reply)(void *context, int32_t http_status, ebra_str content_type, ebra_str body);
} ebra_webhook_sink;

typedef struct ebra_provider {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */

    /** EBRA_PROVIDER_* bits; constant for an instance. Required. [any] [no-block] */
    uint64_t (*capabilities)(void *self);

    /** How long after a start the provider's own look-up may still not show it, in milliseconds.
        Optional: NULL = 0. [any] [no-block] */
    int64_t (*visibility_delay_ms)(void *self);

    /** Starts a call. EBRA_OK: taken on, and op_done will be called exactly once, from any thread,
        perhaps before this returns. Anything else: certainly not sent, op_done is never called, and
        `error` says why. Required. [any] [no-block] */
    ebra_status (*start_call)(void *self, const ebra_start_request *request, ebra_op op,
                              ebra_error *error);

    /** Asks how a placement stands, by the provider's id when known, else by our reference. As
        start_call for completion. With EBRA_PROVIDER_QUERY. [any] [no-block] */
    ebra_status (*query_call)(void *self, const ebra_placement_request *request, ebra_op op,
                              ebra_error *error);

    /** Ends a placement early. As start_call for completion. With EBRA_PROVIDER_CANCEL.
        [any] [no-block] */
    ebra_status (*cancel_call)(void *self, const ebra_placement_request *request, ebra_op op,
                               ebra_error *error);

    /** Reads a webhook: verifies the raw bytes first (constant time, time window), then parses, then
        reports. EBRA_UNAUTHENTICATED: signature missing, wrong or too old, nothing reported.
        EBRA_INVALID_ARGUMENT: authentic but not understood. With EBRA_PROVIDER_WEBHOOKS.
        [any] [no-block] Does no I/O. */
    ebra_status (*webhook)(void *self, const ebra_webhook *webhook, const ebra_webhook_sink *sink,
                           ebra_error *error);
} ebra_provider;

#ifdef __cplusplus
}
#endif

#endif
