#include "readers.hpp"

#include "error.hpp"

#include <chrono>

namespace ebra::sqlite {

namespace {

constexpr std::size_t kReadersMax = 4;

std::unique_ptr<Session> open_reader(const Options& options) {
    auto session = std::unique_ptr<Session>(
        new Session{Connection(options.path, false, options.busy_timeout_ms), {}});
    session->connection.execute("PRAGMA query_only = ON");
    session->connection.execute("PRAGMA cache_size = -16384");
    return session;
}

}  // namespace

Readers::Readers(const Options& options) : options_(options) {}

void Readers::read(const std::function<void(Session&)>& body) {
    std::unique_ptr<Session> session = take();
    try {
        session->connection.execute("BEGIN");
        body(*session);
        session->connection.execute("COMMIT");
    } catch (...) {
        // A connection that failed is not used again: the next read opens a fresh one.
        give_back(nullptr);
        throw;
    }
    give_back(std::move(session));
}

std::unique_ptr<Session> Readers::take() {
    std::unique_lock lock(mutex_);
    const auto has_room = [&] { return !idle_.empty() || in_use_ < kReadersMax; };
    if (!returned_.wait_for(lock, std::chrono::milliseconds(options_.busy_timeout_ms), has_room)) {
        throw StoreError(EBRA_UNAVAILABLE, "all reading connections of the store are in use", 0,
                         kRetryAfterMs);
    }
    ++in_use_;
    if (!idle_.empty()) {
        std::unique_ptr<Session> session = std::move(idle_.back());
        idle_.pop_back();
        return session;
    }
    lock.unlock();
    try {
        return open_reader(options_);
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

void Readers::give_back(std::unique_ptr<Session> session) {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (session) idle_.push_back(std::move(session));
    returned_.notify_one();
}

}  // namespace ebra::sqlite
