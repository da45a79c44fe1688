#include "commands/stop_signals.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <pthread.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ebra::commands {

namespace {

/// What a shell shows for a process that signal n ended.
constexpr int kSignalExitBase = 128;

}  // namespace

StopSignals::StopSignals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    signals_ = signalfd(-1, &wanted, SFD_CLOEXEC);
    ending_ = eventfd(0, EFD_CLOEXEC);
    if (signals_ < 0 || ending_ < 0) throw std::runtime_error("no descriptor is left for signals");
    thread_ = std::thread([this] { listen(); });
    pthread_setname_np(thread_.native_handle(), "ebra-signals");
}

StopSignals::~StopSignals() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(ending_, &one, sizeof one);
    thread_.join();
    close(signals_);
    close(ending_);
}

int StopSignals::wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return first_ != 0; });
    return first_;
}

bool StopSignals::has_come() const {
    const std::lock_guard lock(mutex_);
    return first_ != 0;
}

void StopSignals::listen() {
    for (;;) {
        std::array<pollfd, 2> ready = {{{signals_, POLLIN, 0}, {ending_, POLLIN, 0}}};
        if (poll(ready.data(), ready.size(), -1) <= 0) continue;
        if (ready[1].revents != 0) return;
        signalfd_siginfo info{};
        if (read(signals_, &info, sizeof info) != sizeof info) continue;
        const int number = static_cast<int>(info.ssi_signo);
        {
            const std::lock_guard lock(mutex_);
            if (first_ != 0) _exit(kSignalExitBase + number);
            first_ = number;
        }
        came_.notify_all();
    }
}

}  // namespace ebra::commands
