/// @file
/// EBRA_ASSERT stays on in release: a broken invariant must stop the program before it dials.
/// For what cannot fail unless the program is wrong; what may fail is a Result.
#pragma once

#include <cstdio>
#include <cstdlib>

#define EBRA_ASSERT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) [[unlikely]] {                                                           \
            std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                          \
        }                                                                                          \
    } while (false)
