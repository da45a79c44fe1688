/**
 * @file
 * "ebra.provider.preview/1-draft": what a start would send, for people to read. A draft: it may change
 * or go, and the host asks for it only where somebody wants to see a request (`ebra provider try`).
 */
#ifndef EBRA_ABI_EXT_DRAFT_PROVIDER_PREVIEW_H
#define EBRA_ABI_EXT_DRAFT_PROVIDER_PREVIEW_H

#include "ebra/abi/base.h"
#include "ebra/abi/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_PROVIDER_PREVIEW_ID "ebra.provider.preview/1-draft"

typedef struct ebra_provider_preview {
    uint32_t struct_size;
    uint32_t reserved; /**< 0 */

    /** Puts, once, the request that start_call would send for `request`: the method and the URL, a line
        for each header that the plugin sets itself, an empty line, the body byte for byte. Lines end with
        "\n". In the place of each secret of the options stands "***", encoded as the secret would be; of
        a header that shows who sends only the scheme is left. Where start_call could not make the request
        either: EBRA_INVALID_ARGUMENT, nothing is put, and `error` says what is missing. timeout_ms and
        send_by_ns are not looked at. Nothing is sent, kept or counted.
        [any] [no-block] */
    ebra_status (*preview)(void *self, const ebra_start_request *request, const ebra_text_sink *sink,
                           ebra_error *error);
} ebra_provider_preview;

#ifdef __cplusplus
}
#endif

#endif
