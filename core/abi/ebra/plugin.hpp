/// @file
/// Small C++ helpers for people who write a plugin in C++. They sit beside the ABI and are no part of
/// it: nothing here crosses the border, and a plugin may do without.
#pragma once

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "ebra/abi/ebra.h"

namespace ebra::plugin {

/// A view of an ABI string; valid as long as the string's bytes are.
inline std::string_view view(ebra_str text) {
    return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

/// An owning copy of an ABI string.
inline std::string copy(ebra_str text) {
    return std::string(view(text));
}

/// An ABI string over `text`; valid as long as the bytes under `text` are.
inline ebra_str str(std::string_view text) {
    return ebra_str{text.data(), text.size()};
}

/// A struct of the ABI with its size set and everything else zero.
template <typename Struct>
Struct sized() {
    Struct made{};
    made.struct_size = sizeof(Struct);
    return made;
}

/// Fills in `error` (which may be NULL) and returns `status`, so that a failure is one line.
inline ebra_status fail(ebra_error* error, ebra_status status, std::string_view message,
                        std::int32_t vendor_code = 0, std::int64_t retry_after_ms = 0) {
    if (error == nullptr || !EBRA_HAS(error, ebra_error, message)) return status;
    error->vendor_code = vendor_code;
    error->retry_after_ms = retry_after_ms;
    const std::size_t length = std::min(message.size(), sizeof(error->message) - 1);
    std::memcpy(error->message, message.data(), length);
    error->message[length] = '\0';
    return status;
}

/// Runs `body` and turns whatever it throws into a status: no exception may cross the border.
template <typename Body>
ebra_status guarded(ebra_error* error, Body&& body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return fail(error, EBRA_UNAVAILABLE, "out of memory");
    } catch (const std::exception& thrown) {
        return fail(error, EBRA_INTERNAL, thrown.what());
    } catch (...) {
        return fail(error, EBRA_INTERNAL, "a foreign exception was thrown");
    }
}

}  // namespace ebra::plugin
