/// @file
/// NodeLease: this node's right to dial. One row in the store per incarnation, renewed on time by
/// its own thread; when the store says the incarnation was declared dead, a new one begins.
/// Thread-safe; renew() and end() block on the store.
#pragma once

#include "node_settings.hpp"
#include "random.hpp"
#include "store_clock.hpp"
#include "store_trouble.hpp"

#include "ebra/metrics.hpp"
#include "plugin/store.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace ebra {

class NodeLease {
 public:
    NodeLease(Store& store, StoreClock& clock, const NodeSettings& settings, Random& random,
              StoreTrouble& trouble, Metrics& metrics);

    /// Renews the lease and measures the store's clock again. Returns how long to wait before the
    /// next renewal, in milliseconds.
    std::int64_t renew();

    /// The incarnation while its lease is known to hold, else nothing: then do not dial.
    std::optional<std::string> holder() const;

    /// Called by whoever the store told that the incarnation is dead: the next renew() begins
    /// another.
    void declare_lost();

    /// Gives the lease up in order. What is still claimed becomes UNKNOWN.
    Status end();

 private:
    void begin_incarnation();
    void report(const ebra_lease_report& report);

    Store& store_;
    StoreClock& clock_;
    const NodeSettings& settings_;
    Random& random_;
    StoreTrouble& trouble_;
    Metrics& metrics_;

    mutable std::mutex mutex_;
    std::string node_;             // Guarded by mutex_.
    TimeMs lease_until_ = 0;       // Guarded by mutex_.
    bool is_lost_ = false;         // Guarded by mutex_.
    std::uint32_t differing_ = 0;  // Only touched by renew().
};

}  // namespace ebra
