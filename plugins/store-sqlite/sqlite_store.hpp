/// @file
/// SqliteStore: one instance of the store: its clock, its writer, its readers, its wake signal. The
/// verbs of the ABI as C++; results are put after the commit, on the calling thread. Thread-safe;
/// failures are thrown as StoreError.
#pragma once

#include "file_health.hpp"
#include "options.hpp"
#include "readers.hpp"
#include "store_time.hpp"
#include "wake_signal.hpp"
#include "witness.hpp"
#include "writer.hpp"

#include "ebra/abi/ebra.h"
#include "ebra/abi/ext/draft/store_recover.h"

#include <cstddef>
#include <vector>

namespace ebra::sqlite {

class SqliteStore {
 public:
    /// Opens the file, made and migrated as needed. `host` outlives this.
    SqliteStore(const ebra_host* host, const Options& options);
    /// Leaves the clock's floor behind for the next start.
    ~SqliteStore();
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    ebra_time_ms now() const { return time_.now(); }

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
    bool wait(std::int64_t timeout_ms) { return signal_.wait(timeout_ms); }
    void wake() { signal_.wake(); }

    void entries(ebra_str call_id, const ebra_entry_sink& sink);
    void placements(ebra_str call_id, const ebra_placement_sink& sink);
    void outbox_read(std::uint64_t after, std::size_t limit, const ebra_outbox_sink& sink);
    void outbox_ack(const std::uint64_t* sequences, std::size_t count);
    void check(const ebra_text_sink& sink);

 private:
    SqliteStore(const ebra_host* host, const Options& options, Connection connection);

    void raise_floor();
    void watch(Transaction& transaction);
    void meet_loss(Transaction& transaction);

    const ebra_host* host_;
    const FileHealth file_health_;
    const bool recovers_;
    Witness witness_;
    StoreTime time_;
    Writer writer_;
    Readers readers_;
    WakeSignal signal_;
};

}  // namespace ebra::sqlite
