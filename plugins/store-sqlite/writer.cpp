#include "writer.hpp"

#include "error.hpp"

#include <algorithm>

namespace ebra::sqlite {

namespace {

constexpr std::size_t kWaitingMax = 1024;    // Threads in the queue; more are told to come back.
constexpr std::size_t kGroupWritesMax = 64;  // Writes in one commit ...
constexpr std::size_t kGroupRowsMax = 4000;  // ... and their rows, about 100 ms of work.
// How many calls for a claim are not waited for after some that none has followed: 1, 3, 7, 15.
constexpr int kUnheardMax = 15;

}  // namespace

Writer::Writer(const Options& options, Connection connection, StoreTime& time,
               std::function<void()> after_work, std::function<bool()> call_in)
    : always_full_(options.always_full),
      busy_timeout_(options.busy_timeout_ms),
      after_work_(std::move(after_work)),
      call_in_(std::move(call_in)),
      time_(time),
      session_{std::move(connection), {}},
      file_lock_(write_lock_path(options.path)) {
    Connection& db = session_.connection;
    db.execute("PRAGMA synchronous = FULL");
    db.execute("PRAGMA cache_size = -65536");
    db.execute("PRAGMA temp_store = MEMORY");
    // A checkpoint reads back what it copies: fewer and larger ones cost less than the default.
    db.execute("PRAGMA wal_autocheckpoint = 4000");
    db.execute("PRAGMA journal_size_limit = 67108864");
}

void Writer::write(const Write& write) {
    Waiting waiting;
    waiting.write = &write;
    waiting.deadline = std::chrono::steady_clock::now() + busy_timeout_;
    std::unique_lock lock(mutex_);
    enter(waiting, lock);
    if (!waiting.is_done) {
        gather(waiting, lock);
        const Group group = take_group();
        lock.unlock();
        const auto started = Pace::Clock::now();
        has_committed_ = false;
        carry_out(group);
        lock.lock();
        finish(group);
        if (has_committed_) note_pace(group, started);
    }
    if (waiting.error) std::rethrow_exception(waiting.error);
}

std::size_t Writer::waiting() {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::optional<std::int64_t> Writer::foreign_version() {
    Waiting waiting;
    std::unique_lock lock(mutex_);
    if (!queue_.empty()) return std::nullopt;
    queue_.push_back(&waiting);
    lock.unlock();
    std::optional<std::int64_t> version;
    try {
        version = session_.connection.read_integer("PRAGMA data_version");
    } catch (const StoreError&) {
        // Whoever waits then looks for itself, and meets the reason.
        version = std::nullopt;
    }
    lock.lock();
    finish({&waiting});
    return version;
}

void Writer::enter(Waiting& waiting, std::unique_lock<std::mutex>& lock) {
    if (queue_.size() >= kWaitingMax) {
        throw StoreError(EBRA_UNAVAILABLE, "too many writes wait for the store; try again", 0,
                         kRetryAfterMs);
    }
    queue_.push_back(&waiting);
    if (is_complete()) queue_.front()->changed.notify_one();
    waiting.changed.wait(lock, [&] { return waiting.is_done || queue_.front() == &waiting; });
}

/// Without it two groups would take turns, each committing what the other has missed; and of a call
/// that comes alone the claim would follow in a commit of its own.
void Writer::gather(Waiting& front, std::unique_lock<std::mutex>& lock) {
    call_in(lock);
    wanted_ = std::min(pace_.expected(Pace::Clock::now()), kGroupWritesMax);
    // A claim that is called in spares a whole commit, not a part of one.
    const auto patience = pace_.patience() * (wants_claim_ ? 2 : 1);
    const auto is_there = [this] { return is_complete(); };
    if (!is_there()) front.changed.wait_for(lock, patience, is_there);
    if (wants_claim_) note_answer(holds(Work::kTakes));
    wants_claim_ = false;
}

void Writer::note_answer(bool has_come) {
    silence_ = has_come ? 0 : std::min(2 * silence_ + 1, kUnheardMax);
    unheard_ = silence_;
}

void Writer::call_in(std::unique_lock<std::mutex>& lock) {
    has_called_in_ = false;
    if (!holds(Work::kBrings) || holds(Work::kTakes)) return;
    lock.unlock();
    const bool is_heard = call_in_();
    lock.lock();
    has_called_in_ = is_heard;
    wants_claim_ = is_heard && unheard_ == 0;
    if (is_heard && unheard_ > 0) --unheard_;
}

bool Writer::is_complete() const {
    return queue_.size() >= wanted_ && (!wants_claim_ || holds(Work::kTakes));
}

bool Writer::holds(Work work) const {
    return std::any_of(queue_.begin(), queue_.end(),
                       [work](const Waiting* one) { return one->write->work == work; });
}

/// Whom to expect at the next commit. A claim that was called in comes when it is called.
void Writer::note_pace(const Group& group, Pace::Clock::time_point started) {
    const std::size_t writers = group.size() + queue_.size() - (has_called_in_ ? 1 : 0);
    pace_.committed(started, Pace::Clock::now(), writers);
}

Writer::Group Writer::take_group() {
    Group group;
    std::size_t rows = 0;
    for (Waiting* waiting : queue_) {
        rows += waiting->write->weight;
        if (!group.empty() && (group.size() >= kGroupWritesMax || rows > kGroupRowsMax)) break;
        group.push_back(waiting);
    }
    // Nobody can say which of them came first: a claim sees what the others bring and set free.
    std::stable_partition(group.begin(), group.end(),
                          [](const Waiting* one) { return one->write->work != Work::kTakes; });
    return group;
}

void Writer::finish(const Group& group) {
    for (Waiting* waiting : group) {
        queue_.pop_front();
        waiting->is_done = true;
        waiting->changed.notify_one();
    }
    if (!queue_.empty()) queue_.front()->changed.notify_one();
}

void Writer::carry_out(const Group& group) {
    if (!file_lock_.acquire(group.front()->deadline)) {
        const auto error =
            std::make_exception_ptr(write_lock_held(session_.connection.path(), busy_timeout_));
        for (Waiting* waiting : group) waiting->error = error;
        return;
    }
    const bool has_work = carry_out_locked(group);
    file_lock_.release();
    if (has_work) after_work_();
}

bool Writer::carry_out_locked(const Group& group) {
    try {
        return commit(group);
    } catch (const StoreError& error) {
        // What may have happened must not be done again; what did not is told apart one by one.
        if (group.size() == 1 || error.status() == EBRA_IN_DOUBT) {
            for (Waiting* waiting : group) waiting->error = std::current_exception();
            return false;
        }
    } catch (...) {
        for (Waiting* waiting : group) waiting->error = std::current_exception();
        return false;
    }
    bool has_work = false;
    for (Waiting* waiting : group) has_work |= carry_out_locked({waiting});
    return has_work;
}

bool Writer::commit(const Group& group) {
    set_durability(group);
    Connection& db = session_.connection;
    try {
        db.execute("BEGIN IMMEDIATE");
        const std::int64_t before = db.total_changes();
        {
            Statement row = db.query(Sql::kClockRead);
            if (row.step()) time_.adopt(row.integer(0));
        }
        Transaction transaction(session_);
        for (Waiting* waiting : group) {
            if (waiting->write->now > time_.now() + kAheadMsMax) {
                throw invalid(
                    "`now` is more than 1 s ahead of the store's clock; measure it again");
            }
            waiting->write->body(transaction);
        }
        transaction.write_tallies();
        const bool has_changes = db.total_changes() != before;
        if (has_changes) raise_floor(group);
        end(has_changes);
        return transaction.has_work();
    } catch (...) {
        roll_back();
        throw;
    }
}

void Writer::raise_floor(const Group& group) {
    ebra_time_ms floor = time_.now();
    for (const Waiting* waiting : group) floor = std::max(floor, waiting->write->now);
    session_.connection.run(Sql::kClockRaise, floor);
}

void Writer::end(bool has_changes) {
    Connection& db = session_.connection;
    if (!has_changes) {
        db.execute("ROLLBACK");
        return;
    }
    try {
        db.execute("COMMIT");
        has_committed_ = true;
    } catch (const StoreError& error) {
        // The frames are written and only their way to the disk is unknown: a crash now may keep
        // them.
        if (db.extended_code() != SQLITE_IOERR_FSYNC) throw;
        throw StoreError(EBRA_IN_DOUBT, error.what(), error.vendor_code(), kRetryAfterMs);
    }
}

void Writer::roll_back() {
    session_.lanes.forget();
    if (session_.connection.is_in_transaction()) session_.connection.execute("ROLLBACK");
}

void Writer::set_durability(const Group& group) {
    const bool wants_full = always_full_ || std::any_of(group.begin(), group.end(), [](auto* one) {
                                return one->write->always_full;
                            });
    if (wants_full == is_full_) return;
    session_.connection.execute(wants_full ? "PRAGMA synchronous = FULL"
                                           : "PRAGMA synchronous = NORMAL");
    is_full_ = wants_full;
}

}  // namespace ebra::sqlite
