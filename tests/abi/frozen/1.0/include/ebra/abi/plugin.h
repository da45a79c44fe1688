/**
 * @file
 * The one symbol a plugin library exports, and the descriptor it returns.
 */
#ifndef EBRA_ABI_PLUGIN_H
#define EBRA_ABI_PLUGIN_H

#include "ebra/abi/base.h"
#include "ebra/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One thing that is wrong with a configuration. */
typedef struct ebra_config_problem {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */
    ebra_str pointer;  /**< JSON pointer (RFC 6901) into the configuration, e.g. "/path"; "" = all of it. */
    ebra_str text;     /**< What is wrong and what was expected. */
    ebra_str nearest;  /**< For an unknown key or name: the nearest valid one, or empty. */
} ebra_config_problem;

/** Receives configuration problems, once each, on the calling thread. */
typedef struct ebra_config_sink {
    void *context;
    void (*put)(void *context, const ebra_config_problem *problem);
} ebra_config_sink;

/** What a plugin says about itself. Constant; lives as long as the process. */
typedef struct ebra_plugin {
    uint32_t struct_size;
    uint32_t needs_minor; /**< The smallest host abi_minor it works with. */
    const char *id;       /**< e.g. "store-sqlite"; [a-z0-9-], at most 64; names the plugin in logs. */
    const char *version;  /**< e.g. "1.4.2", the plugin's own. */
    const char *summary;  /**< One line for people. */

    /** Makes an instance from its options, a JSON object. Several instances may live side by side.
        A store connects and migrates here. On failure returns non-OK, fills `error`, leaves *self as it
        was and keeps nothing. Required. [setup] May block. */
    ebra_status (*create)(const ebra_host *host, ebra_str config_json, void **self,
                          ebra_error *error);

    /** Ends an instance: completes every open operation (EBRA_OUTCOME_UNKNOWN when it cannot know
        better), joins its threads, frees all. No host call after it has returned. Required.
        [setup] May block, for a provider at most its own time-outs. */
    void (*destroy)(void *self);

    /** A table of functions by id ("ebra.provider/1", "ebra.store/1", extensions), or NULL if the
        plugin does not offer it. The same id gives the same pointer every time. Required.
        [any] [no-block] */
    const void *(*get_interface)(const char *id);

    /** Reports everything wrong with a configuration, without side effects: opens nothing, creates
        nothing. Returns EBRA_OK when nothing is wrong, else EBRA_INVALID_ARGUMENT with at least one
        problem reported. Optional: NULL accepts whatever `create` will. [any] */
    ebra_status (*check_config)(ebra_str config_json, const ebra_config_sink *problems);
} ebra_plugin;

/** The entry point. Never NULL in a sound plugin; the same pointer every time. [any] [no-block] */
EBRA_EXPORT const ebra_plugin *ebra_plugin_v1(void);

#ifdef __cplusplus
}
#endif

#endif
