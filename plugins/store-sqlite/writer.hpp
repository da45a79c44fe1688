/// @file
/// Writer: the one writing connection of this process. Writes that arrive together are committed
/// together: the first in the queue carries out what waits behind it, in order, in one transaction.
/// It waits a moment, a fraction of a commit, for those who were there at the last one; a thread
/// that writes alone never waits.
/// Thread-safe; a write blocks until it is durable or refused. No lock is held across I/O but the
/// one between processes, and none outlives the transaction.
#pragma once

#include "file_lock.hpp"
#include "options.hpp"
#include "store_time.hpp"
#include "transaction.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace ebra::sqlite {

/// One write. `body` may run more than once: when a neighbour in the group fails, each runs again
/// on its own. It throws StoreError to undo all it did.
struct Write {
    ebra_time_ms now = 0;      ///< The caller's `now`; 0 = it has none.
    std::size_t weight = 1;    ///< Rows it is about: bounds how much one commit holds.
    bool always_full = false;  ///< Must reach the disk whatever the durability option says.
    std::function<void(Transaction&)> body;
};

class Writer {
 public:
    /// `time` and `after_work` outlive this; `after_work` is called after commits that may have
    /// made work.
    Writer(const Options& options, Connection connection, StoreTime& time,
           std::function<void()> after_work);

    /// Carries out `write`. Throws StoreError when nothing of it happened, or EBRA_IN_DOUBT.
    void write(const Write& write);

    /// Changes when another process has committed; nothing when a write is under way.
    std::optional<std::int64_t> foreign_version();

 private:
    struct Waiting {
        const Write* write = nullptr;
        Deadline deadline{};
        bool is_done = false;
        std::exception_ptr error;
        std::condition_variable changed;
    };
    using Group = std::vector<Waiting*>;

    void enter(Waiting& waiting, std::unique_lock<std::mutex>& lock);
    void gather(Waiting& front, std::unique_lock<std::mutex>& lock);
    Group take_group();
    void finish(const Group& group);
    void carry_out(const Group& group);
    /// Both: true when work may have been made.
    bool carry_out_locked(const Group& group);
    bool commit(const Group& group);
    void raise_floor(const Group& group);
    void end(bool has_changes);
    void roll_back();
    void set_durability(const Group& group);

    // Constant after construction.
    const bool always_full_;
    const std::chrono::milliseconds busy_timeout_;
    const std::function<void()> after_work_;
    StoreTime& time_;

    // Used only by the front of the queue.
    Session session_;
    FileLock file_lock_;
    bool is_full_ = true;

    std::mutex mutex_;
    std::deque<Waiting*> queue_;  ///< Guarded by mutex_.
    std::size_t company_ = 1;     ///< Guarded by mutex_. Who wrote or waited at the last commit.
    std::chrono::nanoseconds patience_{};  ///< Guarded by mutex_.
};

}  // namespace ebra::sqlite
