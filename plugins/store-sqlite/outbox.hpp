/// @file
/// The outbox: events owed to clients. They are written where a call becomes terminal (rows.cpp).
#pragma once

#include "results.hpp"
#include "transaction.hpp"

#include <cstdint>
#include <vector>

namespace ebra::sqlite {

/// Rows not acknowledged above `after`, in order.
std::vector<OutboxRow> read_outbox(Session& session, std::uint64_t after, std::size_t limit);
void acknowledge(Transaction& transaction, const std::uint64_t* sequences, std::size_t count);

}  // namespace ebra::sqlite
