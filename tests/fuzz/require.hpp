/// @file
/// require(): what must hold for every input of a fuzz target. Aborts otherwise, so that libFuzzer
/// and the replay both stop at the input.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace ebra::fuzz {

inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "a promise is broken: %s\n", what);
    std::abort();
}

}  // namespace ebra::fuzz
