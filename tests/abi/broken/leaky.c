/* What the symbol gate must refuse: a second exported symbol. */
#include "ebra/abi/ebra.h"

EBRA_EXPORT int a_second_symbol(void);

int a_second_symbol(void) {
    return 0;
}

const ebra_plugin* ebra_plugin_v1(void) {
    return NULL;
}
