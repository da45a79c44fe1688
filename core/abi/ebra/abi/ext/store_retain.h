/**
 * @file
 * "ebra.store.retain/1": removes finished calls, and what else would only grow.
 *
 * A call goes whole: its placements, history, event and provider's ids with it, in one transaction. A call
 * that is not terminal never goes, whatever its age. Evidence for a call that is gone is evidence for a
 * call, or for a provider's id, that nobody knows. An idempotency key stands for its call as long as that
 * is there, so `before` must lie further back than clients repeat their requests and providers theirs.
 *
 * A pass is a row of calls, each a short transaction of its own that looks at no more than `limit` calls: it
 * holds up nothing else for long, may be left unfinished, and passes of several nodes do no harm to
 * each other. Counts of calls by status are counts of those that are there.
 */
#ifndef EBRA_ABI_EXT_STORE_RETAIN_H
#define EBRA_ABI_EXT_STORE_RETAIN_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_RETAIN_ID "ebra.store.retain/1"

#define EBRA_PRUNE_DRY_RUN 1u /**< Counts and changes nothing. */
#define EBRA_PRUNE_OWED 2u    /**< Calls whose event was not acknowledged go as well: nobody takes events. */

/** Asks for one step of a pass. */
typedef struct ebra_prune_request {
    uint32_t struct_size;
    uint32_t limit;      /**< Calls looked at, at most; 1 to 1000. */
    ebra_time_ms now;
    ebra_time_ms before; /**< What ended, was seen or died before then goes; not later than now. */
    uint64_t after;      /**< 0 begins a pass; then what the last report said. */
    uint32_t flags;      /**< EBRA_PRUNE_* */
    uint32_t reserved;   /**< 0 */
} ebra_prune_request;

/** What a step did. The host sets struct_size. */
typedef struct ebra_prune_report {
    uint32_t struct_size;
    int32_t is_over;     /**< 1 = the pass is over; else go on with `after`. */
    uint64_t after;
    int64_t calls;       /**< Calls gone (in a dry run: that would go) ... */
    int64_t placements;  /**< ... with their placements ... */
    int64_t entries;     /**< ... and their history. */
    int64_t evidence;    /**< Dedup keys, and kept evidence whose call never came. */
    int64_t numbers;     /**< Numbers the store need not remember any more. */
    int64_t nodes;       /**< Nodes long dead and looked after. */
} ebra_prune_report;

typedef struct ebra_store_retain {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */

    /** Does one step. EBRA_INVALID_ARGUMENT: limit or before is out of range. [any] May block. */
    ebra_status (*prune)(void *self, const ebra_prune_request *request, ebra_prune_report *report,
                         ebra_error *error);
} ebra_store_retain;

#ifdef __cplusplus
}
#endif

#endif
