/**
 * @file
 * "ebra.store/1": keeps calls, hands them out under limits, records what happens to them.
 *
 * What every store owes its host:
 *  - Each function is one transaction. EBRA_OK: it is durable, and the sinks tell what became of each
 *    item. Any other return: nothing of it happened, but for EBRA_IN_DOUBT (the commit's answer was
 *    lost). A miss of one item is not an error of the batch.
 *  - Sinks are called after the commit, on the calling thread: the host never sees what may still
 *    roll back.
 *  - Results depend on the `now` passed in, never on another clock. A `now` more than 1 s ahead of the
 *    store's own is EBRA_INVALID_ARGUMENT.
 *  - The same batch again changes nothing: EBRA_ALREADY per item.
 *  - A terminal status never changes. Evidence is always recorded. Decisions need the claim token.
 *  - Counts for admission are counted from rows, never kept in a counter.
 *
 * All functions are [any] and may block, unless they say otherwise.
 */
#ifndef EBRA_ABI_STORE_H
#define EBRA_ABI_STORE_H

#include "ebra/abi/base.h"
#include "ebra/abi/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_ID "ebra.store/1"

/* Capabilities. Unknown bits are ignored. */
#define EBRA_STORE_WAITS 1u   /**< `wait` returns early when there may be work. */
#define EBRA_STORE_SHARED 2u  /**< Several processes may use one store at once. */
#define EBRA_STORE_DURABLE 4u /**< What is committed survives the process. */
#define EBRA_STORE_PARALLEL 8u /**< Writes of several threads go at once: none waits for another's
                                    commit. A node then has two batches of new calls under way. */

/* ---- limits ---------------------------------------------------------------------------------- */

#define EBRA_LIMIT_GLOBAL "global"             /**< Key of the limit over everything. */
#define EBRA_LIMIT_PROVIDER_PREFIX "provider:" /**< Before a provider's name. */

/* Which fields of an ebra_limit are meant. */
#define EBRA_LIMIT_SET_MAX 1u     /**< max_in_flight */
#define EBRA_LIMIT_SET_RATE 2u    /**< grants_per_1000s and burst */
#define EBRA_LIMIT_SET_PAUSED 4u  /**< paused */
#define EBRA_LIMIT_SET_BLOCKED 8u /**< blocked_until and note; the later time of old and new stays
                                       unless EBRA_LIMIT_UNBLOCK is set as well. */
#define EBRA_LIMIT_UNBLOCK 16u    /**< blocked_until is taken even when it is earlier. */

/** One limit: a row in the store, the same for all nodes, changeable while they run. */
typedef struct ebra_limit {
    uint32_t struct_size;
    uint32_t mask;                /**< EBRA_LIMIT_SET_* when setting; 0 when read. */
    ebra_str key;                 /**< EBRA_LIMIT_GLOBAL, "provider:NAME", or a call's cap key. */
    int64_t max_in_flight;        /**< Open placements at most; -1 = no limit. */
    int64_t grants_per_1000s;     /**< Claims per 1000 seconds, by the store's clock; -1 = no limit. */
    int64_t burst;                /**< Tokens the bucket holds: grants in any window w <= burst + rate * w. */
    int64_t in_flight;            /**< Read only: open placements now. */
    int32_t paused;               /**< 1 = hands out nothing until set back. */
    int32_t reserved;             /**< 0 */
    ebra_time_ms blocked_until;   /**< Hands out nothing before then (a provider's "no capacity"). */
    ebra_str note;                /**< Why it is paused or blocked, for people. */
} ebra_limit;

/** Receives limits. */
typedef struct ebra_limit_sink {
    void *context;
    void (*put)(void *context, const ebra_limit *limit);
} ebra_limit_sink;

/* ---- enqueue and patch ------------------------------------------------------------------------ */

/** Tells what became of item `index`. `call` is the call as it is now, or NULL when there is none. */
typedef struct ebra_item_sink {
    void *context;
    void (*put)(void *context, size_t index, ebra_status status, const ebra_call *call);
} ebra_item_sink;

#define EBRA_PATCH_TO 1u       /**< to and exclusive_key */
#define EBRA_PATCH_SCRIPT 2u   /**< script_id */
#define EBRA_PATCH_METADATA 4u /**< metadata_json */

/** A change of a call that is PENDING. */
typedef struct ebra_patch {
    uint32_t struct_size;
    uint32_t mask; /**< EBRA_PATCH_* */
    ebra_str id;
    ebra_str to;
    ebra_str exclusive_key;
    ebra_str script_id;
    ebra_str metadata_json;
} ebra_patch;

/* ---- claim ------------------------------------------------------------------------------------ */

/** Asks for calls to dial now. */
typedef struct ebra_claim_request {
    uint32_t struct_size;
    uint32_t limit;            /**< At most so many; 1 to 1000. */
    ebra_time_ms now;
    uint64_t token;            /**< Made by the host, never 0, new for each request: the claim token of
                                    every placement made, so that a claim in doubt can be read back. */
    ebra_str node;             /**< The incarnation; must hold a lease beyond `now`. */
    const ebra_str *providers; /**< Names that can dial now, in routing order. */
    size_t provider_count;     /**< 1 to 64. */
} ebra_claim_request;

/* What ended a claim. DO NOT RENUMBER. */
#define EBRA_CLAIM_STOP_LIMIT 1    /**< As many as asked for: ask again. */
#define EBRA_CLAIM_STOP_EMPTY 2    /**< Nothing more is due. */
#define EBRA_CLAIM_STOP_GLOBAL 3   /**< The global limit is reached, paused or blocked. */
#define EBRA_CLAIM_STOP_PROVIDER 4 /**< No named provider has room. */
#define EBRA_CLAIM_STOP_RATE 5     /**< Tokens are used up. */

/** What a claim saw. The host sets struct_size. */
typedef struct ebra_claim_report {
    uint32_t struct_size;
    int32_t stopped_by;        /**< EBRA_CLAIM_STOP_* */
    uint32_t claimed;
    uint32_t in_flight;        /**< Open placements after the claim, over all nodes. */
    ebra_time_ms next_due_at;  /**< When the next waiting call becomes due, or a number's rest is over;
                                    0 = nothing waits for time. */
    ebra_time_ms next_room_at; /**< When a token or a block's end makes room; 0 = not by time. */
    ebra_time_ms lease_until;  /**< The node's lease as the claim saw it. */
} ebra_claim_report;

/* ---- advance ---------------------------------------------------------------------------------- */

/*
 * Steps. DO NOT RENUMBER: stored.
 *
 * Evidence names a placement: by call_id and placement number; or by call_id alone (the latest); or by
 * provider and provider_call_id; provider may be empty (any). When several names are given they must
 * agree: else EBRA_CONFLICT and nothing changes. Evidence for a provider's id nobody knows yet is
 * kept (EBRA_KEPT) and applied in the transaction that makes the id known. A known call_id that does
 * not exist is EBRA_NOT_FOUND. Evidence with a dedup_key seen before is EBRA_ALREADY.
 */
#define EBRA_STEP_ACCEPTED 1 /**< It is placed: CLAIMED or UNKNOWN becomes PLACED; learns the id. */
#define EBRA_STEP_LOST 2     /**< Perhaps sent, answer lost: CLAIMED becomes UNKNOWN. */
#define EBRA_STEP_NOT_SENT 3 /**< Certainly not sent: closes as REFUSED. Counts as an attempt. */
#define EBRA_STEP_REFUSED 4  /**< Refused: closes as REFUSED. Class CAPACITY gives the attempt back. */
#define EBRA_STEP_ENDED 5    /**< Over with an outcome. See below. */
#define EBRA_STEP_ENRICH 6   /**< Details only; no state changes. */
#define EBRA_STEP_PROGRESS 7 /**< A sign of life: the silence is over. */
/*
 * ENDED, by where the placement stands:
 *  - open and latest: closes it; the call takes the outcome and is terminal (FAILED with
 *    EBRA_ADVANCE_RETRYABLE leaves it undecided instead);
 *  - earlier than the latest, outcome COMPLETED, call not terminal: the call is COMPLETED at once, or,
 *    while a later placement is open, as soon as that one closes in whatever way;
 *  - earlier than the latest, outcome FAILED: recorded, nothing else changes;
 *  - latest but closed (given up, say), or mapped by hand, call PENDING or undecided: settles the call;
 *  - closed before by terminal evidence: EBRA_ALREADY; another outcome is counted as a contradiction;
 *  - its first end, but the call is terminal: recorded, EBRA_ALREADY; a contradiction when COMPLETED and
 *    the call is not. FAILED is none: one try failed, and what the call came to is true as well;
 *  - call never placed nor mapped: EBRA_CONFLICT, nothing changes.
 *
 * Decisions name call_id, placement and claim, and are EBRA_STALE when that placement is not the
 * latest, or its token is another; EBRA_ALREADY when the call is terminal or the same decision was
 * taken.
 */
#define EBRA_STEP_RELEASE 16 /**< CLAIMED, never sent: closes as RELEASED, gives slot and attempt back;
                                  the call is PENDING again from due_at. */
#define EBRA_STEP_RETRY 17   /**< Undecided: PENDING again from due_at. */
#define EBRA_STEP_FAIL 18    /**< Undecided: FAILED with `reason`. */
#define EBRA_STEP_GIVE_UP 19 /**< Open and UNKNOWN or silent: closes as ENDED, GIVEN_UP; the call is
                                  undecided. Nobody knows whether the phone rang. */
/* Commands name call_id. */
#define EBRA_STEP_CANCEL 32 /**< PENDING becomes CANCELED; CANCELED: EBRA_ALREADY; else EBRA_CONFLICT. */
#define EBRA_STEP_MAP 33    /**< By hand: provider's id belongs to this call's latest placement, or to
                                 the call itself (placement 0) when it was never claimed. */

#define EBRA_ADVANCE_RETRYABLE 1u /**< ENDED with FAILED is not final: leave the call undecided. */

/** One step. Fields a step does not speak of are empty, 0, or -1 where -1 means "not said". */
typedef struct ebra_advance {
    uint32_t struct_size;
    int32_t step;              /**< EBRA_STEP_* */
    ebra_str call_id;
    uint32_t placement;        /**< 0 = the latest (evidence) */
    uint32_t flags;            /**< EBRA_ADVANCE_* */
    uint64_t claim;            /**< Decisions only. */
    ebra_str provider;
    ebra_str provider_call_id;
    ebra_str provider_state;   /**< Empty = unchanged. */
    ebra_str dedup_key;        /**< Unique per provider; empty = none. */
    ebra_str reason;
    int32_t outcome;           /**< EBRA_OUTCOME_* for ENDED. */
    int32_t disposition;       /**< EBRA_DISPOSITION_* for ENDED. */
    int32_t error_class;       /**< EBRA_CLASS_* for REFUSED and NOT_SENT. */
    int32_t reserved;          /**< 0 */
    ebra_time_ms occurred_at;  /**< ENDED: becomes ended_at when within [started_at, now], else now. */
    ebra_time_ms due_at;       /**< RELEASE, RETRY: next run. ACCEPTED, LOST, PROGRESS: when to ask the
                                    provider next, 0 = never. */
    int64_t duration_ms;
    int64_t cost_micros;
    ebra_str cost_currency;
    ebra_str recording_url;
    ebra_str transcript_url;
} ebra_advance;

/* ---- reclaim ---------------------------------------------------------------------------------- */

/** Asks for placements that need looking after. */
typedef struct ebra_reclaim_request {
    uint32_t struct_size;
    uint32_t limit;            /**< At most so many; 1 to 1000. */
    ebra_time_ms now;
    uint64_t token;            /**< Becomes the claim token of every placement handed out: whoever held
                                    it before can decide nothing any more. Never 0. */
    ebra_str node;             /**< Must hold a lease beyond `now`. */
    int64_t dead_ask_after_ms; /**< For a dead node's placements: ask so long after its lease ended. */
    int64_t ask_after_ms;      /**< Ask again after this, doubling each time ... */
    int64_t stale_after_ms;    /**< ... but look again when it has been silent for so long. */
    int64_t undecided_after_ms; /**< Undecided calls are handed out this long after they became so. */
} ebra_reclaim_request;

/* ---- nodes ------------------------------------------------------------------------------------ */

/** A node's lease: one row per incarnation. */
typedef struct ebra_lease_request {
    uint32_t struct_size;
    uint32_t reserved;         /**< 0 */
    ebra_time_ms now;
    int64_t lease_ms;          /**< The lease ends at now + lease_ms. */
    ebra_str node;             /**< Unique per start of a process. */
    ebra_str config_digest;    /**< Digest of the settings that all nodes should share. */
    ebra_str about;            /**< Host, pid, version: for people. */
} ebra_lease_request;

/** What a renewal saw. The host sets struct_size. */
typedef struct ebra_lease_report {
    uint32_t struct_size;
    uint32_t nodes_alive;      /**< This one included. */
    uint32_t nodes_differing;  /**< Living nodes with another config_digest. */
    uint32_t reserved;
    ebra_time_ms lease_until;
} ebra_lease_report;

/* ---- reading ---------------------------------------------------------------------------------- */

/* DO NOT RENUMBER. */
#define EBRA_FIND_PROVIDER_CALL_ID 1 /**< provider (empty = any) and value */
#define EBRA_FIND_IDEMPOTENCY_KEY 2  /**< provider is the tenant; value the key */
#define EBRA_FIND_CLAIM 3            /**< claim: every call whose latest placement has that token */

/** A look-up. */
typedef struct ebra_find_request {
    uint32_t struct_size;
    int32_t by;        /**< EBRA_FIND_* */
    ebra_str provider;
    ebra_str value;
    uint64_t claim;
} ebra_find_request;

/** A page of calls, oldest first. */
typedef struct ebra_list_request {
    uint32_t struct_size;
    int32_t status;    /**< EBRA_CALL_*, or 0 = all. */
    uint64_t offset;   /**< Calls to skip. */
    uint64_t limit;    /**< Calls to give; 1 to 1000. */
} ebra_list_request;

/** How many of what. The host sets struct_size. Exact at some instant during the call. */
typedef struct ebra_counts {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t pending;
    int64_t in_progress;
    int64_t completed;
    int64_t failed;
    int64_t canceled;
    int64_t expired;
    int64_t claimed;        /**< Open placements by state ... */
    int64_t placed;
    int64_t unknown;
    int64_t undecided;      /**< Calls IN_PROGRESS without an open placement. */
    int64_t parked;         /**< PENDING, waiting for their number. */
    int64_t kept;           /**< Evidence that matches no call yet. */
    int64_t owed;           /**< Outbox rows not acknowledged. */
    int64_t contradictions;
    ebra_time_ms oldest_due_at; /**< Since when the call that waits longest could have run; 0 = none. */
} ebra_counts;

/* Why a call is not running. DO NOT RENUMBER. */
#define EBRA_WHY_IN_PROGRESS 1   /**< It is. */
#define EBRA_WHY_TERMINAL 2      /**< It is over. */
#define EBRA_WHY_BACKOFF 3       /**< Not before `until`. */
#define EBRA_WHY_PHONE_BUSY 4    /**< `subject` is the call that has the number. */
#define EBRA_WHY_CAP 5           /**< Limit `subject` is reached. */
#define EBRA_WHY_RATE 6          /**< Limit `subject` has no token before `until`. */
#define EBRA_WHY_PAUSED 7        /**< Limit `subject` is paused. */
#define EBRA_WHY_BLOCKED 8       /**< Limit `subject` is blocked until `until`. */
#define EBRA_WHY_NO_NODE 9       /**< No living node that dials. */
#define EBRA_WHY_NEXT 10         /**< Nothing holds it: it waits for its turn. */
#define EBRA_WHY_UNKNOWN 11      /**< IN_PROGRESS, and nobody can say whether the phone rang. */
#define EBRA_WHY_UNDECIDED 12    /**< IN_PROGRESS, evidence is in, the decision is to come. */
#define EBRA_WHY_PHONE_RESTING 13 /**< Its number rests until `until`: ebra.store.gap/1. */

/** One reason. */
typedef struct ebra_reason {
    uint32_t struct_size;
    int32_t why;        /**< EBRA_WHY_* */
    ebra_str subject;
    ebra_time_ms until; /**< 0 = not by time. */
} ebra_reason;

/** Receives reasons, the strongest first. */
typedef struct ebra_reason_sink {
    void *context;
    void (*put)(void *context, const ebra_reason *reason);
} ebra_reason_sink;

/* ---- the table -------------------------------------------------------------------------------- */

typedef struct ebra_store {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */

    /** EBRA_STORE_* bits; constant for an instance. `self` NULL: all that any may have. [no-block] */
    uint64_t (*capabilities)(void *self);

    /** The store's clock, the only one that matters: it never goes back, not even over restarts or when
        the machine's clock is set. The host measures its offset and passes `now` into every request. */
    ebra_status (*now)(void *self, ebra_time_ms *out, ebra_error *error);

    /** Stores calls as PENDING. Per item: OK; ALREADY (that id, or that idempotency key with the same
        digest, is there: `call` is the one there); CONFLICT (the key stands for another digest: `call` is
        the one there). */
    ebra_status (*enqueue)(void *self, ebra_time_ms now, const ebra_call_spec *const *specs,
                           size_t count, const ebra_item_sink *sink, ebra_error *error);

    /** Changes calls that are PENDING. Per item: OK; NOT_FOUND; CONFLICT (not PENDING). A changed number
        passes the old number on to its next call. */
    ebra_status (*patch)(void *self, ebra_time_ms now, const ebra_patch *const *patches, size_t count,
                         const ebra_item_sink *sink, ebra_error *error);

    /** Claims due calls: makes a placement for each, CLAIMED, and takes slot, phone and token. Over all
        nodes and at every instant no limit is exceeded and no exclusive_key has two open placements.
        Calls go in order of priority, then due time, then age; each gets the first named provider with
        room, or the one it is pinned to. Calls past not_after become EXPIRED instead. The cost depends
        neither on calls that cannot run now nor on finished ones. EBRA_STALE: the node's lease is over.
        `report` is filled in when EBRA_OK. */
    ebra_status (*claim)(void *self, const ebra_claim_request *request, const ebra_call_sink *sink,
                         ebra_claim_report *report, ebra_error *error);

    /** Applies steps in the order given, mixed as they come, in one transaction. `call` in the sink is the
        call after the step, with its latest placement. Statuses: see the steps. Each transition to a
        terminal status writes an outbox row in the same transaction. */
    ebra_status (*advance)(void *self, ebra_time_ms now, const ebra_advance *const *steps, size_t count,
                           const ebra_item_sink *sink, ebra_error *error);

    /** Turns CLAIMED placements of nodes whose lease is over into UNKNOWN, and hands out, stamped with the
        request's token: placements whose ask_at has come, and undecided calls. A placement keeps its
        number, slot and phone. EBRA_STALE: the node's own lease is over. */
    ebra_status (*reclaim)(void *self, const ebra_reclaim_request *request,
                           const ebra_call_sink *sink, ebra_error *error);

    /** Makes or renews a node's lease. EBRA_STALE: this incarnation was declared dead and stays so: stop
        dialing and come back under a new name. */
    ebra_status (*lease_renew)(void *self, const ebra_lease_request *request,
                               ebra_lease_report *report, ebra_error *error);

    /** Ends a node's lease in order, at once. What it still has CLAIMED becomes UNKNOWN. */
    ebra_status (*lease_end)(void *self, ebra_time_ms now, ebra_str node, ebra_error *error);

    /** Sets the fields each limit's mask names, makes the row when there is none. */
    ebra_status (*limits_set)(void *self, ebra_time_ms now, const ebra_limit *const *limits,
                              size_t count, ebra_error *error);

    /** Every limit, with what is in flight under it. */
    ebra_status (*limits_get)(void *self, const ebra_limit_sink *sink, ebra_error *error);

    /** The value stored under `key`; stores `proposed` first when there is none. Two nodes get the same. */
    ebra_status (*setting)(void *self, ebra_str key, ebra_str proposed, const ebra_text_sink *sink,
                           ebra_error *error);

    /** Puts each call that exists, in the order asked; what does not exist is skipped. */
    ebra_status (*get)(void *self, const ebra_str *ids, size_t count, const ebra_call_sink *sink,
                       ebra_error *error);

    /** Puts what matches. Nothing found: EBRA_OK without a put, and final even for a claim in doubt. */
    ebra_status (*find)(void *self, const ebra_find_request *request, const ebra_call_sink *sink,
                        ebra_error *error);

    /** Puts a page of calls, oldest first. */
    ebra_status (*list)(void *self, const ebra_list_request *request, const ebra_call_sink *sink,
                        ebra_error *error);

    /** Counts. Cheap enough for every few seconds with millions of finished calls. */
    ebra_status (*counts)(void *self, ebra_counts *out, ebra_error *error);

    /** Why a call is not running, the strongest reason first. EBRA_NOT_FOUND: no such call. */
    ebra_status (*explain)(void *self, ebra_time_ms now, ebra_str id, const ebra_reason_sink *sink,
                           ebra_error *error);

    /** EBRA_OK when a write would be taken now; else EBRA_UNAVAILABLE or EBRA_CORRUPT with the reason. */
    ebra_status (*health)(void *self, ebra_error *error);

    /** Waits until there may be something to claim, from this or another process, or until the time-out.
        EBRA_OK: look again. EBRA_TIMEOUT: nothing new was noticed. */
    ebra_status (*wait)(void *self, int64_t timeout_ms, ebra_error *error);

    /** Ends a `wait` that is under way, or the next one, early. [no-block] */
    void (*wake)(void *self);
} ebra_store;

#ifdef __cplusplus
}
#endif

#endif
