/**
 * @file
 * What the host offers to a plugin. The table is given to `create` and stays valid until after
 * `destroy` has returned. No function of it calls back into the plugin on the same stack.
 */
#ifndef EBRA_ABI_HOST_H
#define EBRA_ABI_HOST_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One asynchronous operation: slot and generation, opaque to the plugin. Never 0. */
typedef uint64_t ebra_op;

struct ebra_op_result;

/* Log levels. DO NOT RENUMBER. */
#define EBRA_LOG_DEBUG 1
#define EBRA_LOG_INFO 2
#define EBRA_LOG_WARN 3
#define EBRA_LOG_ERROR 4

typedef struct ebra_host {
    uint32_t struct_size;
    uint32_t abi_minor; /**< The minor version the host was built with. */
    void *impl;         /**< The host's own; plugins pass the table along and never look inside. */

    /** Writes one line to the host's log, marked with the plugin's id. Secrets must not be in it.
        [any] [no-block] Messages over 4 KiB are cut. */
    void (*log)(const struct ebra_host *host, int32_t level, ebra_str message);

    /** The wall clock; virtual in a simulation. May jump. Use it only for what people read and for
        seeding a store's own clock, never to measure. [any] [no-block] */
    ebra_time_ms (*now_ms)(const struct ebra_host *host);

    /** A clock that never goes back, in nanoseconds from an arbitrary start; virtual in a simulation.
        Goes on while the machine sleeps. All time-outs and `send_by_ns` are of this clock.
        [any] [no-block] */
    uint64_t (*monotonic_ns)(const struct ebra_host *host);

    /** 64 random bits; from the seed in a simulation. Not for keys. [any] [no-block] */
    uint64_t (*random_u64)(const struct ebra_host *host);

    /** Ends an operation. Returns EBRA_OK when it was open; EBRA_STALE when the host had ended it
        before (a time-out), in which case the result is still taken as evidence; EBRA_NOT_FOUND for a
        token the host never gave or whose slot was reused: ignored. The result is copied before it
        returns. There is always room. [any] [no-block] */
    ebra_status (*op_done)(const struct ebra_host *host, ebra_op op,
                           const struct ebra_op_result *result);

    /** An extension by id, or NULL. Lives as long as the host table. [any] [no-block] */
    const void *(*get_interface)(const struct ebra_host *host, const char *id);
} ebra_host;

#ifdef __cplusplus
}
#endif

#endif
