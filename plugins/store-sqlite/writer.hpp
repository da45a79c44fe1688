/// @file
/// Writer: the one writing connection of this process. Writes that arrive together are committed
/// together: the first in the queue carries out what waits behind it, in order, in one transaction.
/// When writes come one upon the other it waits a moment, a fraction of a commit, for those who
/// were there at the last one; who writes alone never waits. A write that brings work calls in who
/// waits for work, so that both share one commit instead of one following the other; claims go last
/// in it. Thread-safe; a write blocks until it is durable or refused. No lock is held across I/O
/// but the one between processes, and none outlives the transaction.
#pragma once

#include "file_lock.hpp"
#include "options.hpp"
#include "pace.hpp"
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

/// What a write has to do with work to claim.
enum class Work { kNone, kBrings, kTakes };

/// One write. `body` may run more than once: when a neighbour in the group fails, each runs again
/// on its own. It throws StoreError to undo all it did.
struct Write {
    ebra_time_ms now = 0;      ///< The caller's `now`; 0 = it has none.
    std::size_t weight = 1;    ///< Rows it is about: bounds how much one commit holds.
    bool always_full = false;  ///< Must reach the disk whatever the durability option says.
    std::function<void(Transaction&)> body;
    Work work = Work::kNone;
};

class Writer {
 public:
    /// `time` and what the functions speak of outlive this. `after_work` is called after commits
    /// that may have made work which nobody took in the same commit. `call_in` wakes who waits for
    /// work and tells whether anybody does; neither blocks.
    Writer(const Options& options, Connection connection, StoreTime& time,
           std::function<void()> after_work, std::function<bool()> call_in);

    /// Carries out `write`. Throws StoreError when nothing of it happened, or EBRA_IN_DOUBT.
    void write(const Write& write);

    /// How many writes are in the queue, with the one that is being carried out. For tests.
    std::size_t waiting();

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
    void call_in(std::unique_lock<std::mutex>& lock);
    void note_answer(bool has_come);
    bool is_complete() const;
    bool holds(Work work) const;
    void note_pace(const Group& group, Pace::Clock::time_point started);
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
    const std::function<bool()> call_in_;
    StoreTime& time_;

    // Used only by the front of the queue.
    Session session_;
    FileLock file_lock_;
    bool is_full_ = true;
    bool has_committed_ = false;  ///< The group did: it was not all looks.

    std::mutex mutex_;
    std::deque<Waiting*> queue_;  ///< Guarded by mutex_.
    Pace pace_;                   ///< Guarded by mutex_.
    std::size_t wanted_ = 1;      ///< Guarded by mutex_. How many writes the front waits for ...
    bool wants_claim_ = false;    ///< Guarded by mutex_. ... a claim among them.
    bool has_called_in_ = false;  ///< Guarded by mutex_. A claim comes, in time or late.
    int silence_ = 0;             ///< Guarded by mutex_. After calls that no claim has followed ...
    int unheard_ = 0;             ///< Guarded by mutex_. ... so many are not waited for.
};

}  // namespace ebra::sqlite
