#include "outbox.hpp"

#include "error.hpp"

#include <algorithm>
#include <limits>

namespace ebra::sqlite {

namespace {

constexpr std::size_t kReadMax = 1000;
constexpr std::uint64_t kSequenceMax = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::vector<OutboxRow> read_outbox(Session& session, std::uint64_t after, std::size_t limit) {
    if (limit < 1 || limit > kReadMax) throw invalid("1 to 1000 outbox rows are read at once");
    std::vector<OutboxRow> rows;
    Statement row =
        session.connection.query(Sql::kOutboxRead, std::min(after, kSequenceMax), limit);
    while (row.step()) {
        rows.push_back({row.number<std::uint64_t>(0), row.number<std::int32_t>(1), row.integer(2),
                        std::string(row.text(3))});
    }
    return rows;
}

void acknowledge(Transaction& transaction, const std::uint64_t* sequences, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto acknowledged =
            transaction.db().run(Sql::kOutboxAcknowledge, std::min(sequences[i], kSequenceMax));
        transaction.count(Tally::kOwed, -acknowledged);
    }
}

}  // namespace ebra::sqlite
