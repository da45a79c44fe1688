/**
 * @file
 * Base of the Ebra plugin ABI: strings, statuses, errors, and the rules every other header follows.
 *
 * Rules of this ABI, stated once:
 *  - C only. Fixed-width integers, pointers and size_t; enumerations are int32_t with #defines.
 *  - `struct_size` comes first in every growable struct and is set by whoever fills it in. A reader
 *    uses a field only if EBRA_HAS says the size covers it. Structs have no padding.
 *  - The side that allocates frees. What is passed in is valid until the call returns; whoever needs
 *    it longer copies it. Results go through a sink on the calling thread before the call returns.
 *  - Time is milliseconds since 1970 in UTC; text is UTF-8 with a length, not NUL-terminated.
 *  - No exception, signal or longjmp crosses the border.
 *  - Unknown flag bits and unknown enumeration values are ignored by readers. Numbers are never reused.
 *  - A library is never unloaded.
 *
 * Thread tags: [setup] one thread, before serving or after draining. [any] any thread, concurrently.
 * [no-block] does no I/O and holds no lock across I/O.
 *
 * Trust: a plugin is trusted code in the host's process. Ebra checks who may have written the file;
 * it cannot contain what the code does.
 */
#ifndef EBRA_ABI_BASE_H
#define EBRA_ABI_BASE_H

#include <stddef.h>
#include <stdint.h>

#define EBRA_ABI_MAJOR 1 /**< Part of the entry symbol's name: `ebra_plugin_v1`. */
#define EBRA_ABI_MINOR 0 /**< Grows when fields, functions or ids are appended. */

#if defined(__GNUC__)
#define EBRA_EXPORT __attribute__((visibility("default")))
#else
#define EBRA_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Text or bytes with a length; data may be NULL only when size is 0. Frozen forever: may be embedded. */
typedef struct ebra_str {
    const char *data;
    size_t size;
} ebra_str;

/** A name and a value. Frozen forever: may be embedded and kept in arrays. */
typedef struct ebra_pair {
    ebra_str name;
    ebra_str value;
} ebra_pair;

typedef int64_t ebra_time_ms; /**< Milliseconds since 1970-01-01T00:00:00Z; 0 means "none". */
typedef int32_t ebra_status;  /**< One of EBRA_OK ... below. */

/* DO NOT RENUMBER. */
#define EBRA_OK 0
#define EBRA_INVALID_ARGUMENT 1 /**< The input is wrong; the message says what and how. */
#define EBRA_NOT_FOUND 2
#define EBRA_CONFLICT 3        /**< Exists already, or is not in a state that allows it. */
#define EBRA_UNAUTHENTICATED 4 /**< A signature is missing or wrong. */
#define EBRA_RATE_LIMITED 5
#define EBRA_UNAVAILABLE 6 /**< Away for now; nothing was done; see retry_after_ms. */
#define EBRA_TIMEOUT 7
#define EBRA_CANCELED 8
#define EBRA_UNSUPPORTED 9
#define EBRA_CORRUPT 10  /**< Stored data is damaged. */
#define EBRA_INTERNAL 11 /**< A defect. */
#define EBRA_STALE 12    /**< The claim or lease is no longer held. Nothing was changed. */
#define EBRA_IN_DOUBT 13 /**< The commit's answer was lost: it may or may not have happened. */
#define EBRA_ALREADY 14  /**< Was applied before; nothing was changed now. */
#define EBRA_KEPT 15     /**< Evidence that matches no call yet; stored until one turns up. */

/** Why a call failed. The caller owns it and sets struct_size; the callee fills in the rest. */
typedef struct ebra_error {
    uint32_t struct_size;
    int32_t vendor_code;    /**< The library's own number (SQLite, libcurl ...), 0 if none. */
    int64_t retry_after_ms; /**< When to try again, in milliseconds from now; 0 = not said. */
    char message[256];      /**< NUL-terminated UTF-8. Says what is wrong and what to do. */
} ebra_error;

/** Receives text, any number of times as the function says. Called on the calling thread. */
typedef struct ebra_text_sink {
    void *context;
    void (*put)(void *context, ebra_str text);
} ebra_text_sink;

/** True when the struct that `p` points to is large enough to have `field`. */
#define EBRA_HAS(p, type, field) \
    ((p)->struct_size >= offsetof(type, field) + sizeof(((const type *)0)->field))

/** True when the table that `p` points to has the function `field` and it is not NULL. */
#define EBRA_CAN(p, type, field) (EBRA_HAS(p, type, field) && (p)->field != NULL)

#ifdef __cplusplus
}
#endif

#endif
