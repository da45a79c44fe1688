/// @file
/// ClaimObserver: what runs at once, as seen from outside the store, over threads and processes. A
/// dialer says `began` when a claim has given it a call and `ends` before it tells the store, so
/// what is counted here truly overlaps: a cap or a number seen broken is broken.
///
/// Lives in memory shared with processes forked after it was made. All functions are thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

namespace ebra::conformance {

inline constexpr std::size_t kObservedMax = 1'024;

class ClaimObserver {
 public:
    /// At most `cap` at once; calls and numbers are named by index, below kObservedMax.
    explicit ClaimObserver(int cap);
    ~ClaimObserver();
    ClaimObserver(const ClaimObserver&) = delete;
    ClaimObserver& operator=(const ClaimObserver&) = delete;

    void began(std::size_t call, std::size_t number);
    void ends(std::size_t call, std::size_t number);
    /// The call is over for good; the count of those so far.
    int is_over(std::size_t call);

    int over_count() const { return view_->over; }
    /// The most that ran at once.
    int highest() const { return view_->highest; }
    /// Empty, or what was broken first.
    std::string violation() const;

 private:
    struct View {
        std::atomic<int> running, highest, over;
        std::atomic<int> cap_broken, number_broken, call_broken, over_twice;
        std::array<std::atomic<int>, kObservedMax> per_number, per_call, is_over;
    };

    const int cap_;
    View* view_;
};

}  // namespace ebra::conformance
