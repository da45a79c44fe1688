/// @file
/// StoreFace: one instance of store-sqlite over its C ABI, with values in and out, and what tests
/// need around it: a folder that goes away and a host whose clocks are set by hand. One thread at a
/// time, but for the store functions themselves.
#pragma once

#include "ebra/abi/ebra.h"
#include "ebra/abi/ext/store_check.h"
#include "ebra/abi/ext/store_migrate.h"
#include "ebra/abi/ext/store_outbox.h"
#include "ebra/abi/ext/store_timeline.h"
#include "ebra/plugin.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ebra::sqlite::test {

inline constexpr ebra_time_ms kStart = 1'700'000'000'000;

/// A folder of its own, removed at the end.
class Folder {
 public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

 private:
    std::string path_;
};

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

/// What a call looks like from outside.
struct SeenCall {
    std::string id;
    std::string to;
    std::string exclusive_key;
    std::string metadata_json;
    std::string last_error;
    std::vector<std::string> cap_keys;
    std::int32_t priority = 0;
    std::int32_t status = 0;
    std::uint32_t attempts = 0;
    std::uint32_t placements = 0;
    bool undecided = false;
    std::int32_t fixed_outcome = 0;
    ebra_time_ms created_at = 0;
    ebra_time_ms started_at = 0;
    ebra_time_ms ended_at = 0;
    ebra_time_ms next_run_at = 0;
    bool has_placement = false;
    std::uint32_t number = 0;
    std::int32_t state = 0;
    std::int32_t outcome = 0;
    std::int32_t disposition = 0;
    std::int32_t decision = 0;
    std::uint32_t asked = 0;
    std::uint32_t contradictions = 0;
    std::uint64_t claim = 0;
    std::string provider;
    std::string provider_call_id;
    std::string reason;
    ebra_time_ms accepted_at = 0;
    ebra_time_ms ask_at = 0;
    std::int64_t cost_micros = -1;
};

struct SeenItem {
    ebra_status status = EBRA_INTERNAL;
    std::optional<SeenCall> call;
};

struct SeenClaim {
    ebra_status status = EBRA_INTERNAL;
    std::vector<SeenCall> calls;
    ebra_claim_report report{};
};

/// What is enqueued; the number is the exclusive key.
struct NewCall {
    std::string id = {};
    std::string to = "+15550000";
    std::int32_t priority = 0;
    std::string provider = {};
    ebra_time_ms not_before = 0;
    ebra_time_ms not_after = 0;
    std::vector<std::string> cap_keys = {};
    std::string idempotency_key = {};
    std::string request_digest = {};
    std::string metadata_json = "{}";
};

/// A step with everything unsaid.
ebra_advance step_of(std::int32_t step);

class StoreFace {
 public:
    /// Opens the store at `path`; `status()` tells how that went.
    StoreFace(const Host& host, const std::string& path, const std::string& more_options = "");
    ~StoreFace();
    StoreFace(const StoreFace&) = delete;
    StoreFace& operator=(const StoreFace&) = delete;

    ebra_status status() const { return status_; }
    std::string message() const { return error_.message; }
    std::int64_t retry_after_ms() const { return error_.retry_after_ms; }
    const ebra_store& table() const { return *table_; }
    void* self() const { return self_; }
    ebra_error* error() { return &error_; }

    ebra_time_ms now();
    std::vector<SeenItem> enqueue(ebra_time_ms now, const std::vector<NewCall>& calls);
    ebra_status enqueue_status(ebra_time_ms now, const NewCall& call);
    SeenClaim claim(ebra_time_ms now, std::uint32_t limit, std::uint64_t token = 7,
                    const std::vector<std::string>& providers = {"sim"},
                    const std::string& node = "node");
    std::vector<SeenItem> advance(ebra_time_ms now, const std::vector<ebra_advance>& steps);
    SeenItem advance_one(ebra_time_ms now, const ebra_advance& step);
    SeenItem patch_number(ebra_time_ms now, const std::string& id, const std::string& to);
    std::vector<SeenCall> reclaim(ebra_time_ms now, std::uint64_t token, std::uint32_t limit = 100,
                                  const std::string& node = "node");
    ebra_status renew(ebra_time_ms now, std::int64_t lease_ms = 1'000'000,
                      const std::string& node = "node");
    ebra_status end_lease(ebra_time_ms now, const std::string& node = "node");
    ebra_status set_max(ebra_time_ms now, const std::string& key, std::int64_t max);
    ebra_status set_rate(ebra_time_ms now, const std::string& key, std::int64_t grants_per_1000s,
                         std::int64_t burst);
    ebra_status set_paused(ebra_time_ms now, const std::string& key, bool is_paused);
    ebra_status set_blocked(ebra_time_ms now, const std::string& key, ebra_time_ms until);
    std::optional<SeenCall> get(const std::string& id);
    std::vector<SeenCall> find(std::int32_t by, const std::string& provider,
                               const std::string& value, std::uint64_t claim = 0);
    ebra_counts counts();
    std::vector<std::int32_t> explain(ebra_time_ms now, const std::string& id);
    /// Kinds and whether they were applied, oldest first.
    std::vector<std::pair<std::int32_t, bool>> entries(const std::string& id);
    std::vector<std::string> outbox_ids();
    /// Violations; empty in a sound store.
    std::vector<std::string> check();

 private:
    const ebra_plugin* plugin_;
    const ebra_store* table_;
    void* self_ = nullptr;
    ebra_status status_ = EBRA_INTERNAL;
    ebra_error error_;
};

}  // namespace ebra::sqlite::test
