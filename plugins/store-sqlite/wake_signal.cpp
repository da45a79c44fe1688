#include "wake_signal.hpp"

#include "error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace ebra::sqlite {

namespace {

constexpr const char* kSuffix = "-wake-";
constexpr std::int64_t kPollMs = 20;
constexpr std::int64_t kPeersFoundAgainMs = 1000;
constexpr std::size_t kPeersMax = 64;

std::int64_t steady_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

/// Nothing when the name is too long for a socket: polling alone then does.
std::optional<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    if (path.size() >= sizeof(address.sun_path)) return std::nullopt;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

/// One of those who are counted, as long as it lives.
class Counted {
 public:
    explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

 private:
    std::atomic<int>& count_;
};

void drain(int descriptor) {
    std::array<char, 64> bytes{};
    while (read(descriptor, bytes.data(), bytes.size()) > 0) {
    }
}

}  // namespace

WakeSignal::WakeSignal(const std::string& store_path,
                       std::function<std::optional<std::int64_t>()> version)
    : store_path_(store_path),
      version_(std::move(version)),
      event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      sender_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      last_version_(version_()) {
    if (event_ >= 0 && sender_ >= 0) return;
    const int code = errno;
    if (event_ >= 0) close(event_);
    if (sender_ >= 0) close(sender_);
    throw StoreError(EBRA_UNAVAILABLE, "no file descriptor is left; raise the limit of open files",
                     code, kRetryAfterMs);
}

WakeSignal::~WakeSignal() {
    if (listener_ >= 0) {
        close(listener_);
        unlink(own_address_.c_str());
    }
    close(sender_);
    close(event_);
}

void WakeSignal::raise() {
    is_raised_ = true;
    ring();
    tell_peers();
}

bool WakeSignal::call_in() {
    if (waiters_ == 0) return false;
    is_raised_ = true;
    ring();
    return true;
}

void WakeSignal::wake() {
    is_woken_ = true;
    ring();
}

/// Who is not waiting yet sees what is set when it does.
void WakeSignal::ring() {
    ++generation_;
    if (waiters_ == 0) return;
    const std::uint64_t one = 1;
    // The counter is full only when nobody has looked for 2^64 wakes: it is set all the same.
    const ssize_t written = write(event_, &one, sizeof(one));
    static_cast<void>(written);
}

bool WakeSignal::wait(std::int64_t timeout_ms) {
    listen();
    const Counted counted(waiters_);
    const std::uint64_t generation = generation_.load();
    const std::int64_t until = steady_ms() + std::max<std::int64_t>(timeout_ms, 0);
    for (;;) {
        if (is_awake(generation)) return true;
        const std::int64_t left = std::max<std::int64_t>(until - steady_ms(), 0);
        if (has_heard_peers(static_cast<int>(std::min(left, kPollMs)))) return true;
        if (is_awake(generation) || is_foreign_commit_seen()) return true;
        if (left == 0) return false;
    }
}

bool WakeSignal::is_awake(std::uint64_t generation) {
    const bool is_raised = is_raised_.exchange(false);
    const bool is_woken = is_woken_.exchange(false);
    return is_raised || is_woken || generation_ != generation;
}

void WakeSignal::listen() {
    const std::lock_guard lock(mutex_);
    if (has_listened_) return;
    has_listened_ = true;
    const std::string path = store_path_ + kSuffix + std::to_string(getpid()) + "-" +
                             std::to_string(reinterpret_cast<std::uintptr_t>(this) >> 4);
    const auto address = address_of(path);
    if (!address) return;
    unlink(path.c_str());
    const int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) return;
    if (bind(made, generic(*address), sizeof(*address)) != 0) {
        close(made);
        return;
    }
    listener_ = made;
    own_address_ = path;
}

void WakeSignal::tell_peers() {
    const std::lock_guard lock(mutex_);
    find_peers(steady_ms());
    for (const std::string& peer : peers_) {
        const auto address = address_of(peer);
        if (!address || peer == own_address_) continue;
        const ssize_t sent = sendto(sender_, "w", 1, 0, generic(*address), sizeof(*address));
        // Nobody is behind it any more: its process was killed.
        if (sent < 0 && errno == ECONNREFUSED) unlink(peer.c_str());
    }
}

void WakeSignal::find_peers(std::int64_t now_ms) {
    if (peers_found_at_ms_ >= 0 && now_ms - peers_found_at_ms_ < kPeersFoundAgainMs) return;
    peers_found_at_ms_ = now_ms;
    peers_.clear();
    const std::filesystem::path store(store_path_);
    const std::string prefix = store.filename().string() + kSuffix;
    std::error_code code;
    const std::filesystem::path folder = store.has_parent_path() ? store.parent_path() : ".";
    std::filesystem::directory_iterator files(folder, code);
    const std::filesystem::directory_iterator end;
    while (!code && files != end && peers_.size() < kPeersMax) {
        if (files->path().filename().string().rfind(prefix, 0) == 0) {
            peers_.push_back((store.parent_path() / files->path().filename()).string());
        }
        files.increment(code);
    }
}

bool WakeSignal::is_foreign_commit_seen() {
    const std::optional<std::int64_t> version = version_();
    if (!version) return false;
    const std::lock_guard lock(mutex_);
    if (version == last_version_) return false;
    last_version_ = version;
    return true;
}

/// Waits for the event or the socket. True when another process has told of work.
bool WakeSignal::has_heard_peers(int timeout_ms) {
    int listener = -1;
    {
        const std::lock_guard lock(mutex_);
        listener = listener_;
    }
    std::array<pollfd, 2> watched = {{{event_, POLLIN, 0}, {listener, POLLIN, 0}}};
    poll(watched.data(), watched.size(), timeout_ms);
    if ((watched[0].revents & POLLIN) != 0) drain(event_);
    if ((watched[1].revents & POLLIN) == 0) return false;
    drain(listener);
    // The commit that the datagram speaks of need not be noticed twice.
    is_foreign_commit_seen();
    return true;
}

}  // namespace ebra::sqlite
