/// @file
/// The outbox: events owed to clients. They are written where a call becomes terminal (rows.cpp).
#pragma once

#include "transaction.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ebra::sqlite {

struct OutboxRow {
    std::uint64_t sequence = 0;
    std::int32_t status = 0;
    ebra_time_ms at = 0;
    std::string call_id;
};

/// Rows not acknowledged above `after`, in order.
std::vector<OutboxRow> read_outbox(Session& session, std::uint64_t after, std::size_t limit);
void acknowledge(Transaction& transaction, const std::uint64_t* sequences, std::size_t count);

}  // namespace ebra::sqlite
