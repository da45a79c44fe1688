#include "fault_point.hpp"

#ifdef EBRA_FAULT_POINTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

namespace ebra {

namespace {

struct Target {
    std::string name;
    long passages = 0;  // 0 = no target set.
    int signal = 0;
};

Target read_target(const char* variable, int signal) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return {};
    const char* colon = std::strchr(text, ':');
    if (colon == nullptr) return {text, 1, signal};
    return {std::string(text, colon), std::atol(colon + 1), signal};
}

Target read_target() {
    const Target abort_at = read_target("EBRA_ABORT_AT", SIGKILL);
    return abort_at.passages > 0 ? abort_at : read_target("EBRA_STOP_AT", SIGSTOP);
}

}  // namespace

void fault_point(const char* name) {
    static const Target target = read_target();
    static std::atomic<long> passed{0};
    if (target.passages == 0 || target.name != name) return;
    // To this thread: one sent to the process may be taken by another, and this one would go on.
    if (++passed == target.passages) raise(target.signal);
}

}  // namespace ebra

#endif
