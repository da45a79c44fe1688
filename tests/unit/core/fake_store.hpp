/// @file
/// FakeStore: a store whose answers a test writes down. Only what a test sets works; the rest
/// answers EBRA_UNSUPPORTED. One thread.
#pragma once

#include "ebra/abi/ebra.h"
#include "ebra/plugin.hpp"
#include "plugin/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ebra::testing {

class FakeStore {
 public:
    FakeStore();
    FakeStore(const FakeStore&) = delete;
    FakeStore& operator=(const FakeStore&) = delete;

    Store& store() { return store_; }

    /// What advance, enqueue and find see; EBRA_OK answers every item with `item_status`.
    std::function<ebra_status(const std::vector<std::string>& ids)> on_enqueue;
    std::function<ebra_status(const std::vector<ebra_advance>& steps)> on_advance;
    std::function<ebra_status(const ebra_advance& step)> item_status;
    /// What claim, find-by-claim and reclaim give, and how they and a lease are answered.
    std::vector<Call> claimable;
    std::vector<Call> in_doubt;
    std::vector<Call> to_reclaim;
    std::vector<std::uint32_t> reclaim_limits;  ///< As asked for.
    std::int64_t reclaim_ask_after_ms = 0;      ///< As asked for last.
    ebra_status claim_status = EBRA_OK;
    ebra_status find_status = EBRA_OK;
    ebra_status reclaim_status = EBRA_OK;
    ebra_status lease_status = EBRA_OK;
    ebra_status limits_status = EBRA_OK;
    ebra_claim_report claim_report{};
    std::int64_t lease_ms = 0;  ///< 0 = as asked.
    std::uint32_t nodes_differing = 0;
    /// What each prune removes, first to last; then 0, and the pass is over.
    std::vector<std::int64_t> prunable;
    ebra_status prune_status = EBRA_OK;

    /// What was asked.
    struct AskedClaim {
        std::uint32_t limit = 0;
        std::string node;
        std::vector<std::string> providers;
    };
    std::vector<AskedClaim> claims;
    std::vector<ebra_prune_request> prunes;
    std::vector<std::string> leases;
    std::vector<std::string> leases_ended;

    /// Called while the store prunes.
    std::function<void()> on_prune;
    /// Called while the store claims.
    std::function<void()> on_claim;
    /// Called while the store is asked for the time.
    std::function<void()> on_now;
    ebra_time_ms now = 1'700'000'000'000;

    /// Everything that was committed, in order.
    std::vector<std::string> enqueued;
    std::vector<Step> advanced;
    std::vector<Limit> limits;
    /// What limits_get shows.
    std::vector<Limit> shown_limits;
    /// Provider's ids that find() knows.
    std::vector<std::string> known_provider_ids;
    /// Our ids that get() knows.
    std::vector<std::string> known_ids;

 private:
    void fill();
    void fill_claims();
    void fill_leases();

    static ebra_status prune(void* self, const ebra_prune_request* request,
                             ebra_prune_report* report, ebra_error* error);

    ebra_store table_{};
    const ebra_store_retain retain_{sizeof(ebra_store_retain), 0, prune};
    Store store_;
};

/// A call that was just claimed: placement 1, CLAIMED, token 7, provider "p".
Call claimed_call(const std::string& id, std::uint32_t attempts = 1);

}  // namespace ebra::testing
