/// @file
/// Lookups: answers questions about calls from the ledger, on a thread of its own because it reads
/// the disk. The thread starts with the first question. Thread-safe.
#pragma once

#include "ledger_index.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace ebra::sim {

class Lookups {
 public:
    /// Questions that wait; more are refused.
    static constexpr std::size_t kWaitingMax = 10'000;

    struct Question {
        std::string reference;
        std::string id;  ///< The provider's; "" when not known.
        /// Called once, on the look-up thread. `can_say` false: the ledger can not be read, or the
        /// simulator ends. `entry` nullptr: there is no such dial in it.
        std::function<void(bool can_say, const LedgerEntry* entry)> answer;
    };

    explicit Lookups(std::string ledger) : index_(std::move(ledger)) {}
    /// Stops.
    ~Lookups();
    Lookups(const Lookups&) = delete;
    Lookups& operator=(const Lookups&) = delete;

    /// False when too many wait; it is then never answered.
    [[nodiscard]] bool ask(Question question);

    /// Answers the rest with "can not say" and ends the thread. Any number of times.
    void stop();

 private:
    void run();
    bool refresh();

    LedgerIndex index_;  // The thread's own.
    std::mutex mutex_;
    std::condition_variable has_work_;
    std::deque<Question> waiting_;  // Guarded by mutex_.
    bool is_stopping_ = false;      // Guarded by mutex_.
    std::thread thread_;            // Guarded by mutex_.
};

}  // namespace ebra::sim
