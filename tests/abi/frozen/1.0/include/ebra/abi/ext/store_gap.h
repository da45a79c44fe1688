/**
 * @file
 * "ebra.store.gap/1": how long a number is left alone after a call that may have rung it. One rule for all
 * numbers and all nodes, kept in the store.
 *
 * A rest begins when a placement that may have rung its number is closed as ENDED, given up included; and
 * when it is told only afterwards how a closed placement of the call has ended, as long as the call still is
 * for that number. It counts from the `now` of that transaction, so a number never gets less than the gap,
 * whatever a provider's clock says. What was released, refused or proven unsent begins none. While a number
 * rests no call of it is claimed, however it came to wait: enqueued, retried, changed to that number. A rest
 * that has begun keeps its length when the rule changes.
 *
 * A claim's next_due_at also says when the next rest is over; explain answers EBRA_WHY_PHONE_RESTING.
 */
#ifndef EBRA_ABI_EXT_STORE_GAP_H
#define EBRA_ABI_EXT_STORE_GAP_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_GAP_ID "ebra.store.gap/1"

typedef struct ebra_store_gap {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */

    /** Sets the gap for every rest that begins from now on; 0 = none, as in a new store. Negative:
        EBRA_INVALID_ARGUMENT. [any] May block. */
    ebra_status (*set)(void *self, ebra_time_ms now, int64_t min_gap_ms, ebra_error *error);

    /** The gap as it was last set. [any] May block. */
    ebra_status (*get)(void *self, int64_t *min_gap_ms, ebra_error *error);
} ebra_store_gap;

#ifdef __cplusplus
}
#endif

#endif
