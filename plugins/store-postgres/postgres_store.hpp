/// @file
/// PostgresStore: one instance of the store: its clock, its connections, its listener. The verbs of
/// the ABI as C++; results are put after the commit, on the calling thread. Thread-safe; failures
/// are thrown as StoreError.
#pragma once

#include "database.hpp"
#include "lanes.hpp"
#include "listener.hpp"
#include "looks.hpp"
#include "options.hpp"
#include "refusals.hpp"
#include "results.hpp"
#include "store_clock.hpp"
#include "timeline.hpp"

#include "ebra/abi/ebra.h"
#include "ebra/abi/ext/draft/store_recover.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

namespace ebra::postgres {

class PostgresStore {
 public:
    /// Connects; makes or migrates the schema as the options say. `host` outlives this.
    PostgresStore(const ebra_host* host, const Options& options);
    PostgresStore(const PostgresStore&) = delete;
    PostgresStore& operator=(const PostgresStore&) = delete;

    ebra_time_ms now() { return clock_.now(); }

    void enqueue(ebra_time_ms now, const ebra_call_spec* const* specs, std::size_t count,
                 const ebra_item_sink& sink);
    void patch(ebra_time_ms now, const ebra_patch* const* patches, std::size_t count,
               const ebra_item_sink& sink);
    void claim(const ebra_claim_request& request, const ebra_call_sink& sink,
               ebra_claim_report& report);
    void advance(ebra_time_ms now, const ebra_advance* const* steps, std::size_t count,
                 const ebra_item_sink& sink);
    void reclaim(const ebra_reclaim_request& request, const ebra_call_sink& sink);
    void lease_renew(const ebra_lease_request& request, ebra_lease_report& report);
    void lease_end(ebra_time_ms now, ebra_str node);
    void limits_set(ebra_time_ms now, const ebra_limit* const* limits, std::size_t count);
    void limits_get(const ebra_limit_sink& sink);
    void setting(ebra_str key, ebra_str proposed, const ebra_text_sink& sink);

    void get(const ebra_str* ids, std::size_t count, const ebra_call_sink& sink);
    void find(const ebra_find_request& request, const ebra_call_sink& sink);
    void list(const ebra_list_request& request, const ebra_call_sink& sink);
    void counts(ebra_counts& out);
    void explain(ebra_time_ms now, ebra_str id, const ebra_reason_sink& sink);
    void health();
    void recover(ebra_time_ms now, std::uint32_t flags, ebra_recovery& out);
    /// True when there may be work.
    bool wait(std::int64_t timeout_ms) { return listener_.wait(timeout_ms); }
    void wake() { listener_.wake(); }

    void entries(ebra_str call_id, const ebra_entry_sink& sink);
    void placements(ebra_str call_id, const ebra_placement_sink& sink);
    void outbox_read(std::uint64_t after, std::size_t limit, const ebra_outbox_sink& sink);
    void outbox_ack(const std::uint64_t* sequences, std::size_t count);
    void gap_set(ebra_time_ms now, std::int64_t min_gap_ms);
    std::int64_t gap_get();
    void prune(const ebra_prune_request& request, ebra_prune_report& report);
    void check(const ebra_text_sink& sink);

 private:
    using Body = std::function<void(Session&)>;
    /// Carries out the items from `first` to before `last`.
    using Range = std::function<void(Session&, std::size_t first, std::size_t last)>;

    rules::ClaimResult claim(const ebra_claim_request& request);
    void write(const Body& body);
    void read(const Body& body);
    /// One item of `items` for each; those that cannot be stored as they are say so.
    void write_items(std::vector<rules::ItemResult>& items, const Range& carry_out);

    const ebra_host* host_;
    const Options options_;
    StoreClock clock_;
    Refusals refusals_;
    Lanes lanes_;
    Looks looks_;
    Timeline timeline_;
    Watchdog watchdog_;
    Database database_;
    Database leases_;  ///< Of its own: a lease must not wait behind other work.
    Listener listener_;
    std::atomic<std::uint64_t> stored_ = 0;   ///< Batches of calls that were stored here.
    std::atomic<std::uint64_t> claimed_ = 0;  ///< Of stored_, of which claims have left nothing.
    /// The last claim here met the limit of all calls: new calls wake nobody until something ends
    /// or changes, which is told of as ever.
    std::atomic<bool> is_full_ = false;
};

}  // namespace ebra::postgres
