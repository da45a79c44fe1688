/// @file
/// StormObserver: what is dialed at once, as seen from outside the store, over processes: a dialer
/// says `began` when a claim has given it a call and `ends` before it tells the store, so what is
/// counted here truly overlaps. Lives in memory shared with processes forked after it was made;
/// all functions are thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

namespace ebra::postgres::test {

class StormObserver {
 public:
    /// Calls and numbers are named by index.
    StormObserver(int cap, std::size_t calls, std::size_t numbers);
    ~StormObserver();
    StormObserver(const StormObserver&) = delete;
    StormObserver& operator=(const StormObserver&) = delete;

    void began(std::size_t call, std::size_t number);
    void ends(std::size_t call, std::size_t number);
    /// The store has acknowledged the call's end.
    void is_over(std::size_t call);

    int over_count() const { return view_->over; }
    int highest() const { return view_->highest; }
    /// One line for each kind of violation; empty when there was none.
    std::string violations() const;

 private:
    struct View {
        std::atomic<int> running, highest, over, cap_broken, number_broken, call_broken, twice_over;
    };

    const int cap_;
    const std::size_t bytes_;
    View* view_;
    std::atomic<int>* calls_;
    std::atomic<int>* numbers_;
    std::atomic<int>* over_;
};

}  // namespace ebra::postgres::test
