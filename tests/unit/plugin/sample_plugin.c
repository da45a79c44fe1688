/* A plugin that does nothing and, by definitions from the build, breaks one rule of the loader. */
#include <stdlib.h>

#include "ebra/abi/ebra.h"

#ifndef SAMPLE_ENTRY
#define SAMPLE_ENTRY ebra_plugin_v1
#endif
#ifndef SAMPLE_RESULT
#define SAMPLE_RESULT &descriptor
#endif
#ifndef SAMPLE_NEEDS_MINOR
#define SAMPLE_NEEDS_MINOR 0
#endif
#ifndef SAMPLE_STRUCT_SIZE
#define SAMPLE_STRUCT_SIZE sizeof(ebra_plugin)
#endif
#ifndef SAMPLE_ID
#define SAMPLE_ID "sample"
#endif
#ifndef SAMPLE_CREATE
#define SAMPLE_CREATE create
#endif
#ifndef SAMPLE_DESTROY
#define SAMPLE_DESTROY destroy
#endif
#ifndef SAMPLE_GET_INTERFACE
#define SAMPLE_GET_INTERFACE get_interface
#endif

#ifdef SAMPLE_CALLS_UNDEFINED
void ebra_sample_function_that_is_nowhere(void);
#endif

ebra_status create(const ebra_host *host, ebra_str config_json, void **self, ebra_error *error);
void destroy(void *self);
const void *get_interface(const char *id);
EBRA_EXPORT const ebra_plugin *SAMPLE_ENTRY(void);

ebra_status create(const ebra_host *host, ebra_str config_json, void **self, ebra_error *error) {
    (void)host;
    (void)config_json;
    (void)error;
    *self = NULL;
    return EBRA_OK;
}

void destroy(void *self) {
    (void)self;
#ifdef SAMPLE_CALLS_UNDEFINED
    ebra_sample_function_that_is_nowhere();
#endif
}

const void *get_interface(const char *id) {
    (void)id;
    return NULL;
}

/* Tells the test that code of this file has run. */
__attribute__((constructor)) static void leave_trace(void) {
    setenv("EBRA_SAMPLE_PLUGIN_RAN", "1", 1);
}

static const ebra_plugin descriptor = {
    SAMPLE_STRUCT_SIZE,   SAMPLE_NEEDS_MINOR, SAMPLE_ID,      "1.0.0",
    "A plugin for tests", SAMPLE_CREATE,      SAMPLE_DESTROY, SAMPLE_GET_INTERFACE,
    NULL,
};

const ebra_plugin *SAMPLE_ENTRY(void) {
    (void)&descriptor;
    return SAMPLE_RESULT;
}
