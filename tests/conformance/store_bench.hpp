/// @file
/// StoreBench: a fresh store with one living node, "node", and a start of time of its own. Owned by
/// a case, one thread.
///
/// The start lies days behind the store's clock, so that a case may let days pass: results depend
/// only on the `now` passed in.
#pragma once

#include "store_face.hpp"
#include "suite.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ebra::conformance {

inline constexpr std::int64_t kMsPerDay = 86'400'000;

/// Opens the trial's store (or, with other options, another). Throws CaseFailure when it does not
/// open.
std::unique_ptr<StoreFace> open_store(const Trial& trial, const std::string& options);

class StoreBench {
 public:
    /// With `is_checked` every write is followed by ebra.store.check/1, where there is one.
    explicit StoreBench(Trial& trial, bool is_checked = true);
    ~StoreBench();
    StoreBench(const StoreBench&) = delete;
    StoreBench& operator=(const StoreBench&) = delete;

    StoreFace& store() { return *store_; }
    StoreFace* operator->() { return store_.get(); }
    /// The time so many milliseconds after the start.
    ebra_time_ms at(std::int64_t offset_ms = 0) const { return start_ + offset_ms; }

    /// Enqueues a call at the start; it must be taken.
    void add(const NewCall& call, std::int64_t offset_ms = 0);
    /// Claims exactly one call, which must be `id`.
    SeenCall claim_one(const std::string& id, std::uint64_t token = 7, std::int64_t offset_ms = 0);
    /// Ids of what a claim gives.
    std::vector<std::string> claim_ids(std::int64_t offset_ms, std::uint32_t limit,
                                       std::uint64_t token = 7,
                                       const std::vector<std::string>& providers = {"sim"});
    /// Takes a step; it must be answered with `wanted`. The call after it.
    SeenCall step(const NewStep& step, ebra_status wanted = EBRA_OK, std::int64_t offset_ms = 0,
                  const Where& where = Where::current());
    SeenCall complete(const std::string& id, std::int64_t offset_ms = 0);
    SeenCall get(const std::string& id, const Where& where = Where::current());
    void expect_status_of(const std::string& id, std::int32_t wanted,
                          const Where& where = Where::current());

    /// Closes the store and opens it again.
    void reopen();
    /// Throws CaseSkipped unless the store has these capabilities.
    void require(std::uint64_t capabilities, const char* name);
    /// Throws CaseSkipped unless the plugin offers these tables.
    void require_outbox();
    void require_timeline();
    void require_gap();
    void require_retain();
    /// ebra.store.check/1 must be silent.
    void expect_sound(const Where& where = Where::current());

 private:
    Trial& trial_;
    const bool is_checked_;
    std::unique_ptr<StoreFace> store_;
    ebra_time_ms start_ = 0;
};

/// "c0", "c1" ... each with a number of its own.
NewCall numbered(int number);

/// An ENDED step for a call's placement.
NewStep ended(const std::string& id, std::int32_t outcome, std::uint32_t placement = 0);

/// Ids of calls, in order.
std::vector<std::string> ids_of(const std::vector<SeenCall>& calls);

}  // namespace ebra::conformance
