/// @file
/// StoreFace: one instance of a store plugin over its C ABI, with values in and out. The case owns
/// it. Its functions may be called from several threads at once where they are const; the last
/// status and message belong to one thread.
#pragma once

#include "store_values.hpp"

#include "ebra/abi/ebra.h"
#include "ebra/abi/ext/store_check.h"
#include "ebra/abi/ext/store_gap.h"
#include "ebra/abi/ext/store_outbox.h"
#include "ebra/abi/ext/store_retain.h"
#include "ebra/abi/ext/store_timeline.h"
#include "ebra/plugin.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ebra::conformance {

class StoreFace {
 public:
    /// Opens an instance; `status()` tells how that went. `table` is copied; `plugin` and `host`
    /// must outlive this.
    StoreFace(const ebra_plugin& plugin, const ebra_store& table, const ebra_host* host,
              const std::string& options);
    ~StoreFace();
    StoreFace(const StoreFace&) = delete;
    StoreFace& operator=(const StoreFace&) = delete;

    ebra_status status() const { return status_; }
    std::string message() const { return error_.message; }
    std::int64_t retry_after_ms() const { return error_.retry_after_ms; }
    const ebra_store& table() const { return table_; }
    void* self() const { return self_; }
    ebra_error* error() { return &error_; }
    std::uint64_t capabilities() const { return table_.capabilities(self_); }

    ebra_time_ms now();
    std::vector<SeenItem> enqueue(ebra_time_ms now, const std::vector<NewCall>& calls);
    ebra_status enqueue_status(ebra_time_ms now, const NewCall& call);
    SeenClaim claim(ebra_time_ms now, std::uint32_t limit, std::uint64_t token = 7,
                    const std::vector<std::string>& providers = {"sim"},
                    const std::string& node = "node");
    std::vector<SeenItem> advance(ebra_time_ms now, const std::vector<ebra_advance>& steps);
    SeenItem advance_one(ebra_time_ms now, const ebra_advance& step);
    std::vector<SeenItem> take_all(ebra_time_ms now, const std::vector<NewStep>& steps);
    /// The item; its status is the batch's when that failed.
    SeenItem take(ebra_time_ms now, const NewStep& step);
    SeenItem patch(ebra_time_ms now, const ebra_patch& patch);
    SeenItem patch_number(ebra_time_ms now, const std::string& id, const std::string& to);
    std::vector<SeenCall> reclaim(ebra_time_ms now, std::uint64_t token, std::uint32_t limit = 100,
                                  const std::string& node = "node");
    std::vector<SeenCall> reclaim(ebra_time_ms now, std::uint64_t token, const Patience& patience,
                                  const std::string& node = "node");
    ebra_status renew(ebra_time_ms now, std::int64_t lease_ms = 1'000'000,
                      const std::string& node = "node", const std::string& digest = "",
                      ebra_lease_report* report = nullptr);
    ebra_status end_lease(ebra_time_ms now, const std::string& node = "node");
    ebra_status set_limit(ebra_time_ms now, const ebra_limit& limit);
    ebra_status set_max(ebra_time_ms now, const std::string& key, std::int64_t max);
    ebra_status set_rate(ebra_time_ms now, const std::string& key, std::int64_t grants_per_1000s,
                         std::int64_t burst);
    ebra_status set_paused(ebra_time_ms now, const std::string& key, bool is_paused);
    ebra_status set_blocked(ebra_time_ms now, const std::string& key, ebra_time_ms until,
                            bool may_unblock = false);
    std::vector<SeenLimit> limits();
    std::string setting(const std::string& key, const std::string& proposed);
    std::optional<SeenCall> get(const std::string& id);
    std::vector<SeenCall> get_all(const std::vector<std::string>& ids);
    std::vector<SeenCall> find(std::int32_t by, const std::string& provider,
                               const std::string& value, std::uint64_t claim = 0);
    std::vector<SeenCall> list(std::int32_t status, std::uint64_t offset, std::uint64_t limit);
    ebra_counts counts();
    std::vector<SeenReason> reasons(ebra_time_ms now, const std::string& id);
    std::vector<std::int32_t> explain(ebra_time_ms now, const std::string& id);

    // Of the optional tables; ask first.
    bool has_timeline() const { return timeline_ != nullptr; }
    bool has_outbox() const { return outbox_ != nullptr; }
    bool has_check() const { return check_ != nullptr; }
    bool has_gap() const { return gap_ != nullptr; }
    bool has_retain() const { return retain_ != nullptr; }
    std::vector<SeenEntry> history(const std::string& id);
    /// Kinds and whether they were applied, oldest first.
    std::vector<std::pair<std::int32_t, bool>> entries(const std::string& id);
    std::vector<SeenCall> placements(const std::string& id);
    std::vector<SeenOutboxRow> outbox(std::uint64_t after = 0, std::size_t limit = 1'000);
    std::vector<std::string> outbox_ids();
    ebra_status acknowledge(const std::vector<std::uint64_t>& sequences);
    ebra_status set_gap(ebra_time_ms now, std::int64_t min_gap_ms);
    std::int64_t gap();
    /// One step of a pass; see `ebra_prune_request`.
    ebra_prune_report prune(ebra_time_ms now, ebra_time_ms before, std::uint32_t limit = 100,
                            std::uint64_t after = 0, std::uint32_t flags = EBRA_PRUNE_OWED);
    /// Violations; empty in a sound store.
    std::vector<std::string> check(ebra_time_ms now = 0);

    /// From now on every function that writes is followed by `check`, and a violation throws
    /// CaseFailure.
    void check_after_writes() { checks_after_writes_ = check_ != nullptr; }

 private:
    void after_write(ebra_time_ms now);

    const ebra_plugin& plugin_;
    const ebra_store table_;
    const ebra_store_timeline* timeline_;
    const ebra_store_outbox* outbox_;
    const ebra_store_check* check_;
    const ebra_store_gap* gap_;
    const ebra_store_retain* retain_;
    void* self_ = nullptr;
    std::atomic<ebra_status> status_{EBRA_INTERNAL};  // Threads may share a face.
    ebra_error error_;
    bool checks_after_writes_ = false;
};

}  // namespace ebra::conformance
