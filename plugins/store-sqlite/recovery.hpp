/// @file
/// Recovery: what goes before the next claim when the file may have lost commits. Within one
/// transaction each: the caller's.
#pragma once

#include "transaction.hpp"

#include "ebra/abi/base.h"

#include <cstdint>

namespace ebra::sqlite {

/// Nobody knows what was dialed meanwhile: what is CLAIMED becomes UNKNOWN, to be asked about at
/// once; with `asks_first` calls that wait and are due are asked about before they are dialed; and
/// calls are handed out again.
struct Recovered {
    std::uint64_t unknown = 0;
    std::uint64_t doubtful = 0;
};
Recovered recover(Transaction& transaction, bool asks_first, ebra_time_ms now);

/// Up to when a call that was due may have been dialed unseen; 0 = no call. Throws EBRA_UNAVAILABLE
/// with the reason while nothing is handed out.
ebra_time_ms require_not_stopped(Session& session);

}  // namespace ebra::sqlite
