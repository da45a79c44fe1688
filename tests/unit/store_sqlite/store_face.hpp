/// @file
/// StoreFace of the conformance suite for store-sqlite, linked in instead of loaded, and a host
/// whose clocks are set by hand. One thread at a time, but for the store functions themselves.
#pragma once

#include "conformance/folder.hpp"
#include "conformance/store_face.hpp"

#include <atomic>

namespace ebra::sqlite::test {

using conformance::Folder;
using conformance::NewCall;
using conformance::SeenCall;
using conformance::SeenClaim;
using conformance::SeenItem;
using conformance::step_of;

inline constexpr ebra_time_ms kStart = 1'700'000'000'000;

/// A host whose wall clock and monotonic clock stand until they are set; or one whose
/// monotonic clock is the machine's.
class Host {
 public:
    explicit Host(bool uses_machine_clock = false);

    const ebra_host* table() const { return &table_; }
    void advance_ms(std::int64_t elapsed) { monotonic_ns += elapsed * 1'000'000; }

    std::atomic<std::int64_t> wall_ms = kStart;
    std::atomic<std::int64_t> monotonic_ns = 5'000'000'000;

 private:
    ebra_host table_;
};

class StoreFace : public conformance::StoreFace {
 public:
    /// Opens the store at `path`; `status()` tells how that went.
    StoreFace(const Host& host, const std::string& path, const std::string& more_options = "");
};

}  // namespace ebra::sqlite::test
