#include "listener.hpp"

#include "error.hpp"

#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ebra::postgres {

namespace {

using std::chrono::milliseconds;

// A NOTIFY is a commit: more often than this it would take the disk from those that make the work.
constexpr milliseconds kNotifyEach{20};
// The net below NOTIFY ...
constexpr milliseconds kLookEach{1000};
// ... and all there is behind a pooler or where wake-ups are off.
constexpr milliseconds kLookEachSilent{50};
constexpr milliseconds kReconnectAfter{500};

/// Hears notifications of other sessions.
class Receiver : public pqxx::notification_receiver {
 public:
    Receiver(pqxx::connection_base& database, const std::string& channel)
        : pqxx::notification_receiver(database, channel), own_pid_(database.backendpid()) {}

    void operator()(const std::string&, int backend_pid) override {
        has_heard_ |= backend_pid != own_pid_;
    }
    /// True when something was heard since the last time.
    bool take() { return std::exchange(has_heard_, false); }

 private:
    const int own_pid_;
    bool has_heard_ = false;
};

std::string channel_of(const Options& options) {
    return "ebra_" + options.schema;
}

int make_event() {
    const int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (event < 0) throw StoreError(EBRA_UNAVAILABLE, "no event descriptor is left");
    return event;
}

}  // namespace

Listener::Listener(const Options& options, Watchdog& watchdog)
    : options_(options), watchdog_(watchdog), event_(make_event()), thread_([this] { run(); }) {}

Listener::~Listener() {
    is_stopping_ = true;
    poke();
    thread_.join();
    close(event_);
}

void Listener::announce() {
    const bool is_ours = waiters_ > 0;
    if (is_ours) is_ours_ = true;
    raise();
    if (!is_ours) tell_others();
}

bool Listener::take_up() {
    {
        const std::lock_guard lock(mutex_);
        has_work_ = false;
    }
    return is_ours_.exchange(false);
}

void Listener::tell_others() {
    if (!has_news_.exchange(true)) poke();
}

bool Listener::wait(std::int64_t timeout_ms) {
    // Who waits again without a claim leaves the news to others.
    if (is_ours_.exchange(false)) tell_others();
    std::unique_lock lock(mutex_);
    ++waiters_;
    const std::uint64_t before = generation_;
    const bool is_raised = raised_.wait_for(lock, milliseconds(timeout_ms),
                                            [&] { return has_work_ || generation_ != before; });
    --waiters_;
    has_work_ = false;
    return is_raised;
}

void Listener::wake() {
    raise();
}

void Listener::raise() {
    const std::lock_guard lock(mutex_);
    has_work_ = true;
    ++generation_;
    raised_.notify_all();
}

void Listener::poke() {
    const std::uint64_t one = 1;
    // The only way to fail is that it is full: then it is readable as well.
    [[maybe_unused]] const auto written = write(event_, &one, sizeof(one));
}

void Listener::run() {
    while (!is_stopping_) {
        try {
            const std::unique_ptr<Connection> connection = connect(options_, &watchdog_);
            // Whatever happened while nobody listened.
            raise();
            serve(*connection);
        } catch (const std::exception&) {
            // Whoever claims or enqueues meets the same and tells it; here it costs wake-ups only.
            poll_for(-1, kReconnectAfter);
        }
    }
}

void Listener::serve(Connection& connection) {
    std::unique_ptr<Receiver> receiver;
    if (options_.notifies) {
        receiver = std::make_unique<Receiver>(connection.link(), channel_of(options_));
    }
    const milliseconds look_each = options_.notifies ? kLookEach : kLookEachSilent;
    std::int64_t changes = read_changes(connection);
    auto next_look = Clock::now() + look_each;
    auto next_notify = Clock::now();
    while (!is_stopping_) {
        const bool owes_news = has_news_ && receiver != nullptr;
        const auto until = owes_news ? std::min(next_look, next_notify) : next_look;
        const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
        poll_for(connection.socket(), std::max(left, milliseconds(0)));
        if (receiver != nullptr) {
            connection.link().get_notifs();
            if (receiver->take()) raise();
        }
        const auto now = Clock::now();
        if (has_news_ && now >= next_notify && !is_stopping_) {
            has_news_ = false;
            if (receiver != nullptr) connection.execute("NOTIFY \"" + channel_of(options_) + "\"");
            next_notify = now + kNotifyEach;
        }
        if (now < next_look) continue;
        next_look = now + look_each;
        const std::int64_t seen = read_changes(connection);
        if (seen != changes) raise();
        changes = seen;
    }
}

/// Waits until the socket or the event has something, at most `timeout`.
bool Listener::poll_for(int socket, milliseconds timeout) {
    pollfd waiting[] = {{event_, POLLIN, 0}, {socket, POLLIN, 0}};
    const nfds_t count = socket < 0 ? 1 : 2;
    const int ready = poll(waiting, count, static_cast<int>(timeout.count()));
    std::uint64_t drained = 0;
    if ((waiting[0].revents & POLLIN) != 0) {
        [[maybe_unused]] const auto taken = read(event_, &drained, sizeof(drained));
    }
    return ready > 0;
}

std::int64_t Listener::read_changes(Connection& connection) const {
    const std::string table = quoted_schema(options_) + ".tallies_now";
    return connection.execute("SELECT sum(changes)::bigint FROM " + table).at(0).integer(0);
}

}  // namespace ebra::postgres
