#include "storm_observer.hpp"

#include <new>
#include <stdexcept>
#include <sys/mman.h>

namespace ebra::postgres::test {

// Memory from mmap is zero, which is what all of them start from.
StormObserver::StormObserver(int cap, std::size_t calls, std::size_t numbers)
    : cap_(cap), bytes_(sizeof(View) + (2 * calls + numbers) * sizeof(std::atomic<int>)) {
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    view_ = static_cast<View*>(memory);
    calls_ = reinterpret_cast<std::atomic<int>*>(view_ + 1);
    over_ = calls_ + calls;
    numbers_ = over_ + calls;
}

StormObserver::~StormObserver() {
    munmap(view_, bytes_);
}

void StormObserver::began(std::size_t call, std::size_t number) {
    const int running = ++view_->running;
    int highest = view_->highest;
    while (highest < running && !view_->highest.compare_exchange_weak(highest, running)) {
    }
    if (running > cap_) ++view_->cap_broken;
    if (++numbers_[number] > 1) ++view_->number_broken;
    if (++calls_[call] > 1 || over_[call] != 0) ++view_->call_broken;
}

void StormObserver::ends(std::size_t call, std::size_t number) {
    --calls_[call];
    --numbers_[number];
    --view_->running;
}

void StormObserver::is_over(std::size_t call) {
    if (++over_[call] > 1) ++view_->twice_over;
    ++view_->over;
}

std::string StormObserver::violations() const {
    std::string lines;
    const auto add = [&](const std::atomic<int>& count, const std::string& what) {
        if (count > 0) lines += what + " " + std::to_string(count) + " times\n";
    };
    add(view_->cap_broken, "more than " + std::to_string(cap_) + " calls ran at once");
    add(view_->number_broken, "a number was in two calls at once");
    add(view_->call_broken, "a call was given out twice");
    add(view_->twice_over, "a call ended twice");
    return lines;
}

}  // namespace ebra::postgres::test
