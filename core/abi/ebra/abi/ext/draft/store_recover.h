/**
 * @file
 * "ebra.store.recover/1-draft": what goes before the next dial when a store may have lost commits (a
 * standby was promoted, a backup was restored). A draft: it may change or go; the host asks for it only
 * when an operator says so (`ebra recover`).
 *
 * A store that notices such a loss by itself stops handing out calls: `claim` and `health` are
 * EBRA_UNAVAILABLE with the reason, in every process that uses it, until it has been recovered. It may be
 * configured to recover by itself.
 */
#ifndef EBRA_ABI_EXT_DRAFT_STORE_RECOVER_H
#define EBRA_ABI_EXT_DRAFT_STORE_RECOVER_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_RECOVER_ID "ebra.store.recover/1-draft"

/* Flags. Unknown bits are ignored. */
#define EBRA_RECOVER_NOTHING_LOST 1u /**< The operator knows that no commit was lost. */

/** Begins the reason of a placement that stands for a dial which may have been forgotten. */
#define EBRA_REASON_DOUBTFUL "doubtful: the store may have forgotten that it was dialed"

/** What a recovery found. The host sets struct_size. */
typedef struct ebra_recovery {
    uint32_t struct_size;
    uint32_t reserved;  /**< 0 */
    uint64_t unknown;   /**< Placements that were CLAIMED and are UNKNOWN now. */
    uint64_t doubtful;  /**< PENDING calls that were due and will be asked about before they are dialed. */
} ebra_recovery;

typedef struct ebra_store_recover {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */

    /** In one transaction: what is CLAIMED becomes UNKNOWN, to be asked about at once; unless
        EBRA_RECOVER_NOTHING_LOST, every call that is PENDING and due is marked: the claim that takes it
        makes its placement UNKNOWN, with EBRA_REASON_DOUBTFUL, and does not hand it out, so that the
        provider is asked first whether it has a call with that reference; and calls are handed out again.
        May be called at any time, also again. [any] May block. */
    ebra_status (*recover)(void *self, ebra_time_ms now, uint32_t flags, ebra_recovery *out,
                           ebra_error *error);
} ebra_store_recover;

#ifdef __cplusplus
}
#endif

#endif
