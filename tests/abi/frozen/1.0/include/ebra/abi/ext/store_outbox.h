/**
 * @file
 * "ebra.store.outbox/1": events owed to clients. A row is written in the transaction that makes a call
 * terminal, so it exists exactly when the transition does. Delivering it is the host's work.
 */
#ifndef EBRA_ABI_EXT_STORE_OUTBOX_H
#define EBRA_ABI_EXT_STORE_OUTBOX_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_OUTBOX_ID "ebra.store.outbox/1"

typedef struct ebra_outbox_row {
    uint32_t struct_size;
    int32_t status;      /**< The terminal EBRA_CALL_* status reached. */
    uint64_t sequence;   /**< Grows; unique; never reused. */
    ebra_str call_id;
    ebra_time_ms at;
} ebra_outbox_row;

typedef struct ebra_outbox_sink {
    void *context;
    void (*put)(void *context, const ebra_outbox_row *row);
} ebra_outbox_sink;

typedef struct ebra_store_outbox {
    uint32_t struct_size;
    uint32_t reserved;

    /** Puts rows not acknowledged with a sequence above `after`, in order, at most `limit` (1 to 1000).
        [any] May block. */
    ebra_status (*read)(void *self, uint64_t after, size_t limit, const ebra_outbox_sink *sink,
                        ebra_error *error);

    /** Acknowledges rows: they are not given again. Again, or unknown: no change. [any] May block. */
    ebra_status (*ack)(void *self, const uint64_t *sequences, size_t count, ebra_error *error);
} ebra_store_outbox;

#ifdef __cplusplus
}
#endif

#endif
