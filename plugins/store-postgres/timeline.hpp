/// @file
/// Timeline: whether the database is still the one whose commits we know. A standby that was
/// promoted or a restored backup has another timeline and may have lost commits: then what is
/// CLAIMED becomes UNKNOWN before anything more is claimed, or, when so configured, nothing is
/// claimed until a person has called accept_timeline. Thread-safe.
#pragma once

#include "connection.hpp"
#include "store_clock.hpp"

#include "ebra/abi/host.h"

#include <mutex>
#include <string>

namespace ebra::postgres {

class Timeline {
 public:
    /// All outlive this.
    Timeline(const ebra_host* host, const Options& options, StoreClock& clock)
        : host_(host), options_(options), clock_(clock) {}

    /// Looks at a new connection. Throws StoreError.
    void look(Connection& connection);
    /// Throws StoreError (UNAVAILABLE) while a changed timeline waits for a person.
    void require_known();

 private:
    std::string stored(Connection& connection) const;
    void accept(Connection& connection, const std::string& identity);

    const ebra_host* host_;
    const Options& options_;
    StoreClock& clock_;
    std::mutex mutex_;
    std::string known_;    ///< Guarded by mutex_.
    std::string refused_;  ///< The identity nobody has accepted yet; guarded by mutex_.
};

}  // namespace ebra::postgres
