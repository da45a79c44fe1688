#include "plugin/breadcrumb.hpp"

#include "assert.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <unistd.h>

namespace ebra {

namespace {

// constinit: a thread-local that needs no initialisation can be read in a signal handler.
constinit thread_local const Breadcrumb* innermost = nullptr;

struct CrashSignal {
    int number;
    const char* name;
};

constexpr std::array<CrashSignal, 5> kCrashSignals{{
    {SIGSEGV, "SIGSEGV"},
    {SIGBUS, "SIGBUS"},
    {SIGABRT, "SIGABRT"},
    {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},
}};

/// What the signals did before; written once by install_crash_handler, before threads start.
std::array<struct sigaction, kCrashSignals.size()> former_actions{};

/// A line of bounded length, put together without the heap or the C library's formatting: neither
/// may be used in a signal handler.
class SignalSafeLine {
 public:
    void add(const char* text) {
        while (*text != '\0' && size_ < text_.size()) text_[size_++] = *text++;
    }

    void write_to_stderr() const {
        // The process is going down: there is nobody left to tell that the write failed.
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text_.data(), size_);
    }

 private:
    std::array<char, 512> text_{};
    std::size_t size_ = 0;
};

void write_crash_line(const char* signal_name) {
    SignalSafeLine line;
    const Breadcrumb* at = innermost;
    if (at == nullptr) {
        line.add("crashed outside of plugins");
    } else {
        line.add("crashed in plugin ");
        line.add(at->plugin());
        line.add(".");
        line.add(at->function());
    }
    line.add(" (");
    line.add(signal_name);
    line.add(")\n");
    line.write_to_stderr();
}

void on_crash(int signal_number, siginfo_t* info, void*) {
    for (std::size_t index = 0; index < kCrashSignals.size(); ++index) {
        if (kCrashSignals[index].number != signal_number) continue;
        write_crash_line(kCrashSignals[index].name);
        sigaction(signal_number, &former_actions[index], nullptr);
    }
    // A fault happens again on return, now with the former action and its true address. A signal
    // that somebody sent does not, so it is sent once more.
    if (info->si_code <= 0) raise(signal_number);
}

}  // namespace

Breadcrumb::Breadcrumb(const char* plugin, const char* function) noexcept
    : plugin_(plugin), function_(function), outer_(innermost) {
    // A crash handler on this thread must not see the breadcrumb before its fields.
    std::atomic_signal_fence(std::memory_order_release);
    innermost = this;
}

Breadcrumb::~Breadcrumb() {
    innermost = outer_;
}

std::string Breadcrumb::current() {
    if (innermost == nullptr) return {};
    return std::string(innermost->plugin_) + "." + innermost->function_;
}

void install_crash_handler() {
    struct sigaction action {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (std::size_t index = 0; index < kCrashSignals.size(); ++index) {
        const int failed = sigaction(kCrashSignals[index].number, &action, &former_actions[index]);
        EBRA_ASSERT(failed == 0);
    }
}

}  // namespace ebra
