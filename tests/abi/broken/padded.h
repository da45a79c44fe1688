/** @file What the header gate must refuse: four bytes of padding after `small`. */
#include <stdint.h>

typedef struct padded {
    uint32_t small;
    uint64_t large;
} padded;
