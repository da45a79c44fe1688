/// @file
/// StoreTrouble: says once what is wrong with the store, however many parts of the node meet it and
/// however often, and once that it is over. Owned by the node; thread-safe; never blocks but for
/// the line it writes.
#pragma once

#include "clock.hpp"

#include "ebra/result.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ebra {

class StoreTrouble {
 public:
    /// `clock` outlives this.
    explicit StoreTrouble(const Clock& clock) : clock_(clock) {}

    /// Some part could not do its work. The line `event` is written when the reason is new, and
    /// once more each minute while it lasts. Reasons that differ only in what stands in parentheses
    /// are one. A store with ever new reasons gets kLinesMax lines a minute.
    void met(std::string_view event, const Error& error);

    /// Some part has done its work. When none was in trouble for kCalmMs a line says so.
    void passed();

    static constexpr std::int64_t kRepeatMs = 60'000;
    static constexpr std::int64_t kCalmMs = 3'000;
    static constexpr int kLinesMax = 10;

 private:
    struct Reason {
        std::int64_t told_at_ms = 0;
        std::int64_t times = 0;  ///< Met since it was told.
    };

    bool may_tell(std::int64_t now);
    std::int64_t now_ms() const;

    const Clock& clock_;
    std::atomic<bool> is_any_{false};  ///< There is trouble that is not over.
    std::mutex mutex_;
    std::map<std::string, Reason> reasons_;  ///< Of the trouble that lasts; guarded by mutex_.
    std::int64_t began_at_ms_ = 0;           ///< Guarded by mutex_.
    std::int64_t last_met_at_ms_ = 0;        ///< Guarded by mutex_.
    std::int64_t minute_began_at_ms_ = 0;    ///< Guarded by mutex_.
    int lines_in_minute_ = 0;                ///< Guarded by mutex_.
};

}  // namespace ebra
