/// @file
/// Refusals: remembers for a short while that the database refused a write for want of room or of a
/// privilege. A small write, as health() makes to find out, may pass where a real one does not.
/// Thread-safe, never blocks.
#pragma once

#include "error.hpp"

#include "ebra/abi/host.h"

#include <cstdint>
#include <mutex>
#include <string>

namespace ebra::postgres {

class Refusals {
 public:
    /// `host` outlives this.
    explicit Refusals(const ebra_host* host) : host_(host) {}

    /// A write ended so.
    void note(const StoreError& error);
    /// A write was taken.
    void forget();
    /// Throws StoreError (UNAVAILABLE) with the reason when a write was refused just now.
    void require_none();

 private:
    const ebra_host* host_;
    std::mutex mutex_;
    std::string reason_;               ///< Empty = none; guarded by mutex_.
    std::uint64_t refused_at_ns_ = 0;  ///< Guarded by mutex_.
};

}  // namespace ebra::postgres
