/**
 * @file
 * "ebra.store.check/1": a store looks at itself. For tests, and for operators after trouble.
 */
#ifndef EBRA_ABI_EXT_STORE_CHECK_H
#define EBRA_ABI_EXT_STORE_CHECK_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_CHECK_ID "ebra.store.check/1"

typedef struct ebra_store_check {
    uint32_t struct_size;
    uint32_t reserved;

    /** Checks in one snapshot that: a key has at most one open placement; a free key with waiting due
        calls has exactly one claimable head; an open placement belongs to a call IN_PROGRESS and is its
        latest; attempts equal the placements that count; a terminal call has its outbox row unless that
        was acknowledged; and the medium is sound. Puts one line per violation; EBRA_OK also then.
        [any] May block for as long as reading everything takes. */
    ebra_status (*check)(void *self, ebra_time_ms now, const ebra_text_sink *sink, ebra_error *error);
} ebra_store_check;

#ifdef __cplusplus
}
#endif

#endif
