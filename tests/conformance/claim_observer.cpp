#include "claim_observer.hpp"

#include "expect.hpp"

#include <new>
#include <sys/mman.h>

namespace ebra::conformance {

ClaimObserver::ClaimObserver(int cap) : cap_(cap) {
    void* memory =
        mmap(nullptr, sizeof(View), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) fail_case("no shared memory");
    view_ = new (memory) View{};
}

ClaimObserver::~ClaimObserver() {
    munmap(view_, sizeof(View));
}

void ClaimObserver::began(std::size_t call, std::size_t number) {
    const int running = ++view_->running;
    int highest = view_->highest;
    while (highest < running && !view_->highest.compare_exchange_weak(highest, running)) {
    }
    if (running > cap_) ++view_->cap_broken;
    if (++view_->per_number.at(number) > 1) ++view_->number_broken;
    if (++view_->per_call.at(call) > 1) ++view_->call_broken;
    if (view_->is_over.at(call) != 0) ++view_->over_twice;
}

void ClaimObserver::ends(std::size_t call, std::size_t number) {
    --view_->per_call.at(call);
    --view_->per_number.at(number);
    --view_->running;
}

int ClaimObserver::is_over(std::size_t call) {
    if (view_->is_over.at(call)++ > 0) ++view_->over_twice;
    return ++view_->over;
}

std::string ClaimObserver::violation() const {
    const auto told = [](int count, const char* what) {
        return std::to_string(count) + " times " + what;
    };
    if (view_->call_broken > 0) return told(view_->call_broken, "a call ran twice at once");
    if (view_->number_broken > 0) return told(view_->number_broken, "a number rang twice at once");
    if (view_->over_twice > 0) return told(view_->over_twice, "a call ran after it was over");
    if (view_->cap_broken > 0) {
        return told(view_->cap_broken, "more ran than the cap of ") + std::to_string(cap_) +
               "; at most " + std::to_string(view_->highest.load());
    }
    return {};
}

}  // namespace ebra::conformance
