#include "pace.hpp"

#include <algorithm>

namespace ebra::sqlite {

namespace {

using std::chrono::nanoseconds;

constexpr int kPatienceShare = 4;
constexpr std::chrono::microseconds kPatienceMax{1000};
// How long company is expected again: as long as the commit took, or this.
constexpr std::chrono::microseconds kPauseMin{1000};

}  // namespace

void Pace::committed(Clock::time_point started, Clock::time_point ended, std::size_t writers) {
    const nanoseconds took = ended - started;
    patience_ = std::min<nanoseconds>(took / kPatienceShare, kPatienceMax);
    company_until_ = ended + std::max<nanoseconds>(took, kPauseMin);
    company_ = std::max<std::size_t>(writers, 1);
}

std::size_t Pace::expected(Clock::time_point now) const {
    return now < company_until_ ? company_ : 1;
}

}  // namespace ebra::sqlite
