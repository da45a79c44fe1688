#include "memory_store_plugin.hpp"

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return ebra_memory_store_plugin();
}
