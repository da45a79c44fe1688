/// @file
/// OpenOperations: what the host asked and was not told yet. Each is completed exactly once, the
/// rest at the end. Thread-safe; the host is called with no lock held.
#pragma once

#include "ebra/abi/host.h"
#include "ebra/abi/provider.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace ebra::sim {

/// An answer that owns its text.
struct Answer {
    std::int32_t answer = 0;  ///< EBRA_START_*, EBRA_FOUND ..., EBRA_CANCEL_*
    std::int32_t error_class = EBRA_CLASS_NONE;
    std::int32_t http_status = 0;
    std::int64_t retry_after_ms = 0;
    std::string provider_call_id;
    std::string message;
};

/// Completes `op` at once.
void complete_now(const ebra_host* host, ebra_op op, const Answer& answer,
                  const ebra_event* event = nullptr);

class OpenOperations {
 public:
    /// So many lost answers are kept open; beyond, the oldest is completed. The host has ended it
    /// long before.
    static constexpr std::size_t kLostMax = 100'000;

    explicit OpenOperations(const ebra_host* host) : host_(host) {}

    /// Keeps `op` open; `answer` is what complete() and complete_all() will say.
    void hold(ebra_op op, Answer answer);

    /// Keeps `op` open until complete_all(): its answer, UNKNOWN, never comes by itself.
    void lose(ebra_op op, Answer answer);

    /// Completes `op`; nothing when it was completed before.
    void complete(ebra_op op);

    void complete_all();

 private:
    const ebra_host* const host_;
    std::mutex mutex_;
    std::unordered_map<ebra_op, Answer> open_;  // Guarded by mutex_.
    std::deque<ebra_op> lost_;                  // Guarded by mutex_.
};

}  // namespace ebra::sim
