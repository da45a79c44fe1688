#include "gap.hpp"

#include "error.hpp"
#include "line.hpp"

#include <string>
#include <vector>

namespace ebra::sqlite {

std::int64_t read_gap(Session& session) {
    Statement row = session.connection.query(Sql::kGapRead);
    return row.step() ? row.integer(0) : 0;
}

void set_gap(Transaction& transaction, std::int64_t min_gap_ms) {
    if (min_gap_ms < 0) throw invalid("the gap between calls to a number must not be negative");
    transaction.db().run(Sql::kGapSave, min_gap_ms);
}

ebra_time_ms rests_until(Session& session, std::string_view key) {
    Statement row = session.connection.query(Sql::kNumberResting, key);
    return row.step() ? row.integer(0) : 0;
}

void begin_rest(Transaction& transaction, std::string_view key, ebra_time_ms now) {
    const std::int64_t gap_ms = read_gap(transaction.session());
    if (gap_ms > 0) transaction.db().run(Sql::kNumberRest, key, now + gap_ms);
}

void begin_late_rest(Transaction& transaction, CallRecord& call, ebra_time_ms now) {
    begin_rest(transaction, call.exclusive_key, now);
    if (rests_until(transaction.session(), call.exclusive_key) == 0) return;
    close_number(transaction, call.exclusive_key);
    if (call.hold != Hold::kReady) return;
    call.hold = Hold::kParked;
    call.stored_hold = Hold::kParked;
}

std::size_t end_rests(Transaction& transaction, ebra_time_ms now, std::size_t limit) {
    std::vector<std::string> keys;
    {
        Statement row = transaction.db().query(Sql::kRestsOver, now, limit);
        while (row.step()) keys.emplace_back(row.text(0));
    }
    for (const std::string& key : keys) {
        transaction.db().run(Sql::kNumberWake, key);
        open_number(transaction, key);
    }
    return keys.size();
}

ebra_time_ms next_rest_over(Session& session) {
    Statement row = session.connection.query(Sql::kNextWake);
    return row.step() ? row.integer(0) : 0;
}

}  // namespace ebra::sqlite
