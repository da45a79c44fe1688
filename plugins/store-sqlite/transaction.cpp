#include "transaction.hpp"

#include "error.hpp"

namespace ebra::sqlite {

Tallies read_tallies(Connection& connection) {
    Tallies tallies{};
    Statement row = connection.query(Sql::kTalliesRead);
    while (row.step()) {
        tallies.at(row.number<std::size_t>(0)) = row.integer(1);
    }
    return tallies;
}

void Transaction::count(Tally tally, std::int64_t delta) {
    deltas_.at(static_cast<std::size_t>(tally)) += delta;
}

void Transaction::count_status(std::int32_t status, std::int64_t delta) {
    if (status < EBRA_CALL_PENDING || status > EBRA_CALL_EXPIRED) {
        throw StoreError(EBRA_CORRUPT, "a call has an unknown status; restore a backup");
    }
    deltas_.at(static_cast<std::size_t>(status) - 1) += delta;
}

void Transaction::count_hold(Hold before, Hold after) {
    if (before == Hold::kParked) count(Tally::kParked, -1);
    if (after == Hold::kParked) count(Tally::kParked, 1);
}

std::int64_t Transaction::value(Tally tally) {
    const auto index = static_cast<std::size_t>(tally);
    return read_tallies(db()).at(index) + deltas_.at(index);
}

bool Transaction::may_have_kept() {
    if (!may_have_kept_) {
        Statement row = db().query(Sql::kKeptAny);
        may_have_kept_ = row.step();
    }
    return *may_have_kept_;
}

void Transaction::write_tallies() {
    for (std::size_t tally = 0; tally < kTallyCount; ++tally) {
        if (deltas_.at(tally) != 0) db().run(Sql::kTallyAdd, tally, deltas_.at(tally));
    }
    deltas_ = {};
}

}  // namespace ebra::sqlite
