/**
 * @file
 * A call as stores and providers see it: what was asked for (spec), where it stands (state), and the
 * claim that dials it (placement).
 *
 * A placement is one claim of a call. It owns a slot and the phone while it is open: CLAIMED, PLACED
 * or UNKNOWN. It is closed as RELEASED (never sent), REFUSED (or certainly not sent) or ENDED.
 * A call that is IN_PROGRESS without an open placement is *undecided*: the evidence is in, and
 * whoever holds its claim token decides whether to retry or to fail.
 */
#ifndef EBRA_ABI_CALL_H
#define EBRA_ABI_CALL_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Call status. DO NOT RENUMBER: stored. */
#define EBRA_CALL_PENDING 1
#define EBRA_CALL_IN_PROGRESS 2
#define EBRA_CALL_COMPLETED 3
#define EBRA_CALL_FAILED 4
#define EBRA_CALL_CANCELED 5
#define EBRA_CALL_EXPIRED 6

/* Placement state. DO NOT RENUMBER: stored. */
#define EBRA_PLACEMENT_CLAIMED 1  /**< Slot taken; may or may not have been sent; its node must live. */
#define EBRA_PLACEMENT_PLACED 2   /**< The provider accepted it. */
#define EBRA_PLACEMENT_UNKNOWN 3  /**< Perhaps sent; nobody knows whether the phone rang. */
#define EBRA_PLACEMENT_RELEASED 4 /**< Never sent. */
#define EBRA_PLACEMENT_REFUSED 5  /**< Refused, or certainly not sent. */
#define EBRA_PLACEMENT_ENDED 6    /**< Over, with a disposition. */

/* How a placement ended, as far as the call's status goes. DO NOT RENUMBER: stored. */
#define EBRA_OUTCOME_NONE 0
#define EBRA_OUTCOME_COMPLETED 1
#define EBRA_OUTCOME_FAILED 2

/* How a placement ended, in the words of telephony. DO NOT RENUMBER: stored. */
#define EBRA_DISPOSITION_NONE 0
#define EBRA_DISPOSITION_ANSWERED 1
#define EBRA_DISPOSITION_VOICEMAIL 2
#define EBRA_DISPOSITION_NO_ANSWER 3
#define EBRA_DISPOSITION_BUSY 4
#define EBRA_DISPOSITION_DECLINED 5
#define EBRA_DISPOSITION_INVALID_NUMBER 6
#define EBRA_DISPOSITION_CAPACITY 7
#define EBRA_DISPOSITION_PROVIDER_FAULT 8
#define EBRA_DISPOSITION_CANCELED 9
#define EBRA_DISPOSITION_GIVEN_UP 10 /**< Nobody could say; the operator's policy decided. */
#define EBRA_DISPOSITION_NOT_SENT 11 /**< Proven never to have reached the provider. */

/* Why a start was refused. DO NOT RENUMBER: stored. */
#define EBRA_CLASS_NONE 0
#define EBRA_CLASS_PERMANENT 1     /**< Trying again will not help. */
#define EBRA_CLASS_TRANSIENT 2     /**< Trying again may help. */
#define EBRA_CLASS_CAPACITY 3      /**< No room now. Burns no attempt. */
#define EBRA_CLASS_CONFIGURATION 4 /**< Credentials or set-up are wrong; all calls will fail. */
#define EBRA_CLASS_BILLING 5       /**< The account cannot pay; all calls will fail. */

/* Largest sizes, in bytes; the host refuses more before it asks a plugin. */
#define EBRA_METADATA_BYTES_MAX 65536
#define EBRA_PROVIDER_STATE_BYTES_MAX 4096
#define EBRA_ID_BYTES_MAX 128
#define EBRA_REASON_BYTES_MAX 512

/** What the client asked for. Changed only by `patch`, and only while the call is PENDING. */
typedef struct ebra_call_spec {
    uint32_t struct_size;
    int32_t priority;         /**< Higher goes first; 0 by default. */
    ebra_str id;              /**< Made by the engine; unique; sorts by time of making. */
    ebra_str tenant;          /**< Whose call it is; empty = the only one. */
    ebra_str campaign;        /**< Empty = none. */
    ebra_str provider;        /**< Pinned provider, or empty = any. */
    ebra_str to;              /**< The number, E.164. */
    ebra_str exclusive_key;   /**< At most one open placement per key; today the number. Never empty. */
    ebra_str script_id;       /**< Opaque to Ebra. */
    ebra_str metadata_json;   /**< A JSON object, kept byte for byte; the store never looks inside. */
    ebra_str idempotency_key; /**< Empty = none; unique within the tenant. */
    ebra_str request_digest;  /**< What the key stands for; compared byte for byte. */
    ebra_time_ms not_before;  /**< 0 = at once. */
    ebra_time_ms not_after;   /**< From then on it is EXPIRED instead of claimed; 0 = never. */
    const ebra_str *cap_keys; /**< Further limits (tenant, campaign, caller id) it counts against. */
    size_t cap_key_count;     /**< 0 to 8. */
} ebra_call_spec;

/** Where a call stands. Written by the store alone. */
typedef struct ebra_call_state {
    uint32_t struct_size;
    int32_t status;            /**< EBRA_CALL_* */
    uint32_t attempts;         /**< Placements that counted. */
    uint32_t placements;       /**< Placements ever made; the number of the latest; 0 = none. */
    int32_t undecided;         /**< 1 = IN_PROGRESS without an open placement. */
    int32_t fixed_outcome;     /**< EBRA_OUTCOME_COMPLETED: an earlier placement completed while a later
                                    one is open; the call takes it when that one closes. */
    ebra_time_ms created_at;
    ebra_time_ms updated_at;
    ebra_time_ms started_at;   /**< The current or latest placement's claim; 0 = never. */
    ebra_time_ms ended_at;     /**< When it became terminal; 0 = not yet. */
    ebra_time_ms next_run_at;  /**< Earliest next claim; 0 unless PENDING. */
    ebra_str last_error;       /**< Why the last placement failed; empty = it did not. */
} ebra_call_state;

/** One claim of a call. */
typedef struct ebra_placement {
    uint32_t struct_size;
    uint32_t number;            /**< From 1, never reused; 0 = mapped by hand before any claim. */
    int32_t state;              /**< EBRA_PLACEMENT_* */
    int32_t outcome;            /**< EBRA_OUTCOME_* by the first terminal evidence. */
    int32_t disposition;        /**< EBRA_DISPOSITION_* */
    int32_t error_class;        /**< EBRA_CLASS_* when REFUSED. */
    int32_t counted;            /**< 1 = it counts as an attempt. */
    int32_t decision;           /**< The EBRA_STEP_* decision taken after it, 0 = none yet. */
    uint32_t asked;             /**< How often the provider was asked about it. */
    uint32_t contradictions;    /**< Terminal evidence that disagreed with the first. */
    uint64_t claim;             /**< Token that decisions must carry. */
    ebra_str provider;          /**< Name of the configured provider, not of the plugin. */
    ebra_str provider_call_id;  /**< Empty until known. */
    ebra_str provider_state;    /**< JSON, opaque; handed back to query, cancel and webhook. */
    ebra_str node;              /**< The node incarnation that claimed it. */
    ebra_str reason;            /**< Why it was refused or failed. */
    ebra_time_ms claimed_at;
    ebra_time_ms accepted_at;   /**< 0 = not known to be. */
    ebra_time_ms ended_at;      /**< When it was closed; 0 = open. */
    ebra_time_ms evidence_at;   /**< The last sign of life, or the claim. */
    ebra_time_ms ask_at;        /**< When to ask the provider about it next; 0 = not. */
    int64_t duration_ms;        /**< Talk time; -1 = not said. */
    int64_t cost_micros;        /**< Millionths of cost_currency; -1 = not said. */
    ebra_str cost_currency;     /**< ISO 4217, e.g. "USD". */
    ebra_str recording_url;
    ebra_str transcript_url;
} ebra_placement;

/** A call with its latest placement. */
typedef struct ebra_call {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */
    const ebra_call_spec *spec;
    const ebra_call_state *state;
    const ebra_placement *placement; /**< The latest; NULL = never claimed. */
} ebra_call;

/** Receives calls, one by one, on the calling thread, after the commit. */
typedef struct ebra_call_sink {
    void *context;
    void (*put)(void *context, const ebra_call *call);
} ebra_call_sink;

#ifdef __cplusplus
}
#endif

#endif
