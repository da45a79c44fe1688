#include "line.hpp"

#include "gap.hpp"

#include <optional>
#include <tuple>
#include <vector>

namespace ebra::sqlite {

namespace {

struct Head {
    std::int64_t seq;
    std::int32_t priority;
    ebra_time_ms due_at;
};

std::optional<Head> head_of(Transaction& transaction, std::string_view key, std::int64_t lane) {
    Statement row = transaction.db().query(Sql::kLineHead, key, lane);
    if (!row.step()) return std::nullopt;
    return Head{row.integer(0), row.number<std::int32_t>(1), row.integer(2)};
}

bool goes_before(const CallRecord& call, const Head& head) {
    // A new call has no row yet and is younger than every other.
    const std::int64_t age = call.seq == 0 ? head.seq + 1 : call.seq;
    return std::tuple(-std::int64_t{call.priority}, call.due_at, age) <
           std::tuple(-std::int64_t{head.priority}, head.due_at, head.seq);
}

void move(Transaction& transaction, std::int64_t seq, Hold from, Hold to) {
    const auto moved =
        transaction.db().run(Sql::kCallHold, seq, static_cast<int>(from), static_cast<int>(to));
    if (moved == 1) transaction.count_hold(from, to);
}

bool is_free(Transaction& transaction, std::string_view key) {
    return call_on_number(transaction.session(), key) == 0 &&
           rests_until(transaction.session(), key) == 0;
}

std::int64_t best_parked(Transaction& transaction, std::string_view key, std::int64_t lane) {
    Statement row = transaction.db().query(Sql::kLineBestParked, key, lane);
    return row.step() ? row.integer(0) : 0;
}

std::int64_t next_parked_lane(Transaction& transaction, std::string_view key, std::int64_t after) {
    Statement row = transaction.db().query(Sql::kLineNextLane, key, after);
    return row.step() ? row.integer(0) : 0;
}

void promote_best(Transaction& transaction, std::string_view key, std::int64_t lane) {
    const std::int64_t best = best_parked(transaction, key, lane);
    if (best != 0) move(transaction, best, Hold::kParked, Hold::kReady);
}

}  // namespace

Place find_place(Transaction& transaction, const CallRecord& call, ebra_time_ms now) {
    if (call.due_at > now) return {Hold::kScheduled, 0};
    if (!is_free(transaction, call.exclusive_key)) return {};
    const std::optional<Head> head = head_of(transaction, call.exclusive_key, call.lane->number);
    if (!head) return {Hold::kReady, 0};
    return goes_before(call, *head) ? Place{Hold::kReady, head->seq} : Place{};
}

void take_place(Transaction& transaction, CallRecord& call, const Place& place) {
    if (place.displaced != 0) move(transaction, place.displaced, Hold::kReady, Hold::kParked);
    call.hold = place.hold;
}

void join_line(Transaction& transaction, CallRecord& call, ebra_time_ms now) {
    take_place(transaction, call, find_place(transaction, call, now));
}

void pass_head_on(Transaction& transaction, std::string_view key, std::int64_t lane) {
    if (!is_free(transaction, key)) return;
    if (head_of(transaction, key, lane)) return;
    promote_best(transaction, key, lane);
}

void close_number(Transaction& transaction, std::string_view key) {
    std::vector<std::int64_t> heads;
    {
        Statement row = transaction.db().query(Sql::kLineHeads, key);
        while (row.step()) heads.push_back(row.integer(0));
    }
    for (const std::int64_t head : heads) move(transaction, head, Hold::kReady, Hold::kParked);
}

void open_number(Transaction& transaction, std::string_view key) {
    std::int64_t lane = 0;
    while ((lane = next_parked_lane(transaction, key, lane)) != 0) {
        pass_head_on(transaction, key, lane);
    }
}

std::size_t promote_due(Transaction& transaction, ebra_time_ms now, std::size_t limit) {
    std::vector<CallRecord> due;
    {
        Statement row = transaction.db().query(Sql::kCallsDue, now, limit);
        while (row.step()) due.push_back(read_call(transaction.session(), row));
    }
    for (CallRecord& call : due) {
        join_line(transaction, call, now);
        move(transaction, call.seq, Hold::kScheduled, call.hold);
    }
    return due.size();
}

}  // namespace ebra::sqlite
