/// @file
/// Pace: how long a commit waits for company. When writes come one upon the other, those who were
/// there at the last commit are expected again, within a fraction of what a commit takes; after a
/// pause nobody is, and who comes alone waits for nobody. Pure; not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>

namespace ebra::sqlite {

class Pace {
 public:
    using Clock = std::chrono::steady_clock;

    /// A commit is over, and `writers` wrote in it or waited for the next one.
    void committed(Clock::time_point started, Clock::time_point ended, std::size_t writers);

    /// How many writes are worth waiting for: 1 = the one that is there.
    std::size_t expected(Clock::time_point now) const;
    /// How long they are waited for: a share of a commit, because that is what each of them would
    /// wait for the next one.
    std::chrono::nanoseconds patience() const { return patience_; }

 private:
    std::size_t company_ = 1;
    Clock::time_point company_until_{};
    std::chrono::nanoseconds patience_{std::chrono::microseconds(250)};
};

}  // namespace ebra::sqlite
