/// @file
/// TestHost: the host side of the ABI for tests of provider-http: the machine's clocks, and every
/// completion kept. Thread-safe.
#pragma once

#include "ebra/abi/ebra.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ebra::provider_http::test {

inline constexpr std::chrono::seconds kPatience{20};

/// An event with its text owned.
struct SeenEvent {
    std::int32_t kind = 0;
    std::int32_t outcome = 0;
    std::int32_t disposition = 0;
    std::int32_t verified = 0;
    std::string provider_call_id;
    std::string reference;
    std::string dedup_key;
    std::string reason;
    std::string provider_state;
    ebra_time_ms occurred_at = 0;
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency;
    std::string recording_url;
    std::string transcript_url;
};

SeenEvent seen(const ebra_event& event);

/// A completion with its text owned.
struct SeenResult {
    std::int32_t answer = 0;
    std::int32_t error_class = 0;
    std::int32_t http_status = 0;
    std::int64_t retry_after_ms = 0;
    std::string provider_call_id;
    std::string provider_state;
    std::string message;
    std::optional<SeenEvent> event;
};

class TestHost {
 public:
    TestHost();
    TestHost(const TestHost&) = delete;
    TestHost& operator=(const TestHost&) = delete;

    const ebra_host* table() const { return &table_; }
    std::uint64_t monotonic_ns() const;

    /// The completion of `op`; nothing when none came in `kPatience`.
    std::optional<SeenResult> wait_for(ebra_op op);
    /// Waits until so many operations are done; false when they are not in `kPatience`.
    bool wait_for_count(std::size_t count);
    std::size_t done() const;
    /// How often an operation was completed more than once.
    std::size_t doubled() const;
    std::vector<std::string> log_lines() const;

 private:
    static TestHost& self(const ebra_host* host) { return *static_cast<TestHost*>(host->impl); }
    void take(ebra_op op, const ebra_op_result& result);

    ebra_host table_{};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<ebra_op, SeenResult> results_;  // Guarded by mutex_.
    std::size_t doubled_ = 0;                // Guarded by mutex_.
    std::multiset<std::size_t> awaited_;     // Counts that are waited for. Guarded by mutex_.
    std::vector<std::string> log_lines_;     // Guarded by mutex_.
};

}  // namespace ebra::provider_http::test
