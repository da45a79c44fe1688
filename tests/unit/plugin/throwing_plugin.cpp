// A plugin whose entry lets an exception out.
#include "ebra/abi/ebra.h"

#include <stdexcept>

const ebra_plugin* ebra_plugin_v1(void) {
    throw SAMPLE_THROWN;
}
