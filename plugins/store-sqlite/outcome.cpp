#include "outcome.hpp"

#include "gap.hpp"
#include "history.hpp"
#include "line.hpp"

namespace ebra::sqlite {

namespace {

/// True when the step closed the placement.
bool save_changed_placement(Transaction& transaction, CallRecord& call, PlacementRecord& placement,
                            const StepRecord& step, const Transition& change, ebra_time_ms now) {
    const bool is_closed_now = change_placement(call, placement, step, change, now);
    if (change.is_contradiction) transaction.count(Tally::kContradictions, 1);
    if (is_closed_now) {
        for (const std::string& key : call.lane->cap_keys) {
            transaction.db().run(Sql::kCapDelete, key, call.seq);
        }
    }
    save_placement(transaction, placement);
    return is_closed_now;
}

void save_changed_call(Transaction& transaction, CallRecord& call, const StepRecord& step,
                       const Transition& change, ebra_time_ms now) {
    const Hold left = call.stored_hold;
    change_call(call, step, change, now);
    if (change.call == CallChange::kPending) join_line(transaction, call, now);
    save_call(transaction, call, now);
    if (left == Hold::kReady && call.hold != Hold::kReady) {
        pass_head_on(transaction, call.exclusive_key, call.lane->number);
    }
}

bool is_told_again(Transaction& transaction, const CallRecord& call, std::uint32_t placement,
                   const StepRecord& step, const Transition& change, ebra_time_ms now) {
    if (!is_known_by_entry(step, change)) return false;
    const bool is_late = change.result == EBRA_ALREADY;
    return has_entry(transaction.session(), call.seq,
                     entry_of(call, placement, step, change.is_applied, is_late ? 0 : now));
}

}  // namespace

ebra_status apply(Transaction& transaction, CallRecord& call, PlacementRecord* placement,
                  const StepRecord& step, const Transition& change, ebra_time_ms now) {
    if (!change.is_recorded) return change.result;
    const std::uint32_t number = placement != nullptr ? placement->number : 0;
    if (is_told_again(transaction, call, number, step, change, now)) return EBRA_ALREADY;
    const bool is_closed_now =
        placement != nullptr &&
        save_changed_placement(transaction, call, *placement, step, change, now);
    const bool rests = placement != nullptr && begins_rest(call, *placement, change, is_closed_now);
    if (rests && is_closed_now) {
        begin_rest(transaction, call.exclusive_key, rests_from(step, now));
    }
    // The line moves up before this call joins it again: it may have to stand behind.
    if (is_closed_now) open_number(transaction, call.exclusive_key);
    if (change.call != CallChange::kNone || change.fixes_outcome) {
        save_changed_call(transaction, call, step, change, now);
    }
    if (rests && !is_closed_now) begin_late_rest(transaction, call, rests_from(step, now));
    record_step(transaction, call, number, step, change.is_applied, now);
    if (is_closed_now || change.call != CallChange::kNone) transaction.announce_work();
    return change.result;
}

void record_step(Transaction& transaction, const CallRecord& call, std::uint32_t placement,
                 const StepRecord& step, bool is_applied, ebra_time_ms now) {
    add_entry(transaction, call.seq, entry_of(call, placement, step, is_applied, now));
}

}  // namespace ebra::sqlite
