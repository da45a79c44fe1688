/* A plugin whose descriptor stands at the very end of its memory: one byte beyond what its
   struct_size says is a fault (EDGE_PAST), or is rubbish (EDGE_FUTURE). The host must look at
   neither. */
#include "ebra/abi/ebra.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static ebra_status create(const ebra_host* host, ebra_str config_json, void** self,
                          ebra_error* error) {
    (void)host;
    (void)config_json;
    (void)self;
    (void)error;
    return EBRA_UNSUPPORTED;
}

static void destroy(void* self) {
    (void)self;
}

static const void* get_interface(const char* id) {
    (void)id;
    return NULL;
}

static char* end_of_memory(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char* pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) return NULL;
    return pages + page;
}

const ebra_plugin* ebra_plugin_v1(void) {
    ebra_plugin full;
#ifdef EDGE_FUTURE
    const size_t size = sizeof full + 64;
#else
    const size_t size = offsetof(ebra_plugin, check_config);
#endif
    char* end = end_of_memory();
    if (end == NULL) return NULL;
    memset(&full, 0, sizeof full);
    full.struct_size = (uint32_t)size;
    full.id = "edge";
    full.version = "1.0.0";
    full.summary = "Stands at the end of its memory";
    full.create = create;
    full.destroy = destroy;
    full.get_interface = get_interface;
    memset(end - size, 0xA5, size);
    memcpy(end - size, &full, size < sizeof full ? size : sizeof full);
    return (const ebra_plugin*)(void*)(end - size);
}
