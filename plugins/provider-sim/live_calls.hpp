/// @file
/// LiveCalls: the calls this instance has dialed and not seen end, to count them and to cancel
/// them. Thread-safe.
#pragma once

#include "dialed_call.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace ebra::sim {

class LiveCalls {
 public:
    /// Calls that are live or owe a webhook; a start beyond is not dialed.
    static constexpr std::size_t kUnfinishedMax = 500'000;
    /// Passive calls never end by themselves: so many of the latest can be canceled.
    static constexpr std::size_t kPassiveMax = 100'000;

    enum class Entry { kEntered, kAtCapacity, kTooMany };

    /// `capacity` 0 = no limit.
    explicit LiveCalls(std::int64_t capacity) : capacity_(static_cast<std::size_t>(capacity)) {}

    /// Takes a place for a call; each kEntered is followed by add().
    Entry enter();

    /// Makes sure that no other call of this instance has the id in `call`, and adds it.
    void add(const std::shared_ptr<DialedCall>& call, std::int64_t now_ms);

    /// It is over: its place is free, its webhook is still owed when `owes_webhook`.
    void remove(const DialedCall& call, bool owes_webhook);

    /// Its webhook was delivered, or given up.
    void settled();

    /// By id when it is known, else by reference; nullptr when it is not live here.
    std::shared_ptr<DialedCall> find(std::string_view reference, std::string_view id) const;

    std::size_t size() const;

 private:
    void forget_oldest_passive();

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    // Guarded by mutex_:
    std::unordered_map<std::string, std::shared_ptr<DialedCall>> by_id_;
    std::unordered_multimap<std::string, std::shared_ptr<DialedCall>> by_reference_;
    std::deque<std::weak_ptr<DialedCall>> passive_;
    std::size_t in_flight_ = 0;
    std::size_t owed_ = 0;
    std::int64_t ids_of_ms_ = 0;
    std::unordered_set<std::uint64_t> serials_;  // Given out in the millisecond ids_of_ms_.
};

}  // namespace ebra::sim
