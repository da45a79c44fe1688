/**
 * @file
 * "ebra.store.timeline/1": the history of a call: its placements and everything recorded about it.
 */
#ifndef EBRA_ABI_EXT_STORE_TIMELINE_H
#define EBRA_ABI_EXT_STORE_TIMELINE_H

#include "ebra/abi/base.h"
#include "ebra/abi/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_TIMELINE_ID "ebra.store.timeline/1"

/* Kinds of entry beside the EBRA_STEP_* numbers. DO NOT RENUMBER: stored. */
#define EBRA_ENTRY_ENQUEUED 64
#define EBRA_ENTRY_PATCHED 65
#define EBRA_ENTRY_CLAIMED 66
#define EBRA_ENTRY_NODE_LOST 67 /**< The claiming node's lease ended: CLAIMED became UNKNOWN. */
#define EBRA_ENTRY_EXPIRED 68

/** One thing that happened. */
typedef struct ebra_entry {
    uint32_t struct_size;
    int32_t kind;              /**< EBRA_STEP_* or EBRA_ENTRY_* */
    uint32_t placement;        /**< 0 = the call itself */
    int32_t status;            /**< Call status after it, EBRA_CALL_* */
    int32_t outcome;
    int32_t applied;           /**< 0 = recorded only: late, duplicate or contradicting. */
    ebra_time_ms at;           /**< By the store's clock. */
    ebra_str provider_call_id;
    ebra_str detail;           /**< Reason, provider or node, for people. */
} ebra_entry;

typedef struct ebra_entry_sink {
    void *context;
    void (*put)(void *context, const ebra_entry *entry);
} ebra_entry_sink;

typedef struct ebra_placement_sink {
    void *context;
    void (*put)(void *context, const ebra_placement *placement);
} ebra_placement_sink;

typedef struct ebra_store_timeline {
    uint32_t struct_size;
    uint32_t reserved;

    /** Puts a call's entries, oldest first. EBRA_NOT_FOUND: no such call. [any] May block. */
    ebra_status (*entries)(void *self, ebra_str call_id, const ebra_entry_sink *sink,
                           ebra_error *error);

    /** Puts a call's placements, first to latest. EBRA_NOT_FOUND: no such call. [any] May block. */
    ebra_status (*placements)(void *self, ebra_str call_id, const ebra_placement_sink *sink,
                              ebra_error *error);
} ebra_store_timeline;

#ifdef __cplusplus
}
#endif

#endif
