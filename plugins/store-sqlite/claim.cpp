#include "claim.hpp"

#include "error.hpp"
#include "gap.hpp"
#include "history.hpp"
#include "limits.hpp"
#include "line.hpp"
#include "nodes.hpp"
#include "recovery.hpp"

#include "ebra/abi/ext/draft/store_recover.h"
#include "ebra/plugin.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <tuple>
#include <unordered_set>

namespace ebra::sqlite {

namespace {

constexpr std::uint32_t kClaimMax = 1000;
constexpr std::size_t kProvidersMax = 64;
// Housekeeping within one claim; what is left over is done by the next, which is told to come.
constexpr std::size_t kPromotedMax = 2000;
constexpr std::size_t kExpiredMax = 1000;
// Rows read ahead over all lanes together, and per lane at least.
constexpr std::size_t kReadAhead = 1024;
constexpr std::size_t kReadAheadMin = 4;

/// A lane with claimable calls, read ahead in order.
struct OpenLane {
    LanePtr lane;
    std::deque<CallRecord> next;
    bool is_read_out = false;
    bool is_closed = false;
    bool has_given = false;
};

/// One claim under way.
class Claim {
 public:
    Claim(Transaction& transaction, const ebra_claim_request& request)
        : transaction_(transaction),
          session_(transaction.session()),
          request_(request),
          now_(request.now),
          doubt_at_(require_not_stopped(session_)),
          book_(session_) {
        for (std::size_t i = 0; i < request.provider_count; ++i) {
            providers_.push_back(plugin::copy(request.providers[i]));
        }
    }

    ClaimResult run();

 private:
    bool keep_house();
    void expire(CallRecord call);
    void find_lanes();
    bool is_named(const std::string& provider) const;
    void read_ahead(OpenLane& lane);
    std::size_t room_left();
    OpenLane* best_lane();
    bool is_global_open();
    bool is_lane_open(const Lane& lane, std::string& provider);
    void note_closed(const LimitState& state, int reason_when_full);
    void take(OpenLane& lane, const std::string& provider);
    bool open_placement(CallRecord& call, const std::string& provider);
    PlacementRecord placement_of(const CallRecord& call, const std::string& provider) const;
    void doubt(const CallRecord& call);
    std::size_t taken() const { return claimed_.size() + doubted_count_; }
    void fill_report(ClaimResult& result, bool is_house_kept);

    Transaction& transaction_;
    Session& session_;
    const ebra_claim_request& request_;
    const ebra_time_ms now_;
    const ebra_time_ms doubt_at_;
    LimitBook book_;
    std::vector<std::string> providers_;
    std::vector<OpenLane> lanes_;
    std::size_t active_lanes_ = 0;  ///< With claimable calls, named by the request or not.
    std::vector<FullCall> claimed_;
    std::size_t doubted_count_ = 0;  ///< Taken, and not handed out.
    std::unordered_set<std::string> numbers_taken_;
    int stopped_by_ = EBRA_CLAIM_STOP_EMPTY;
    ebra_time_ms next_room_at_ = 0;
};

bool goes_before(const CallRecord& left, const CallRecord& right) {
    return std::tuple(-std::int64_t{left.priority}, left.due_at, left.seq) <
           std::tuple(-std::int64_t{right.priority}, right.due_at, right.seq);
}

ClaimResult Claim::run() {
    const bool is_house_kept = keep_house();
    find_lanes();
    while (OpenLane* lane = best_lane()) {
        if (taken() >= request_.limit) {
            stopped_by_ = EBRA_CLAIM_STOP_LIMIT;
            break;
        }
        if (!is_global_open()) break;
        std::string provider;
        if (is_lane_open(*lane->lane, provider)) {
            take(*lane, provider);
        } else {
            lane->is_closed = true;
        }
    }
    if (taken() >= request_.limit) stopped_by_ = EBRA_CLAIM_STOP_LIMIT;
    book_.save(transaction_);
    ClaimResult result;
    fill_report(result, is_house_kept);
    // What is left in lanes that the request does not name is for others to look at.
    const bool sees_all_lanes = lanes_.size() == active_lanes_;
    if (result.report.stopped_by == EBRA_CLAIM_STOP_EMPTY && sees_all_lanes) {
        transaction_.settle_work();
    }
    result.calls = std::move(claimed_);
    return result;
}

/// False when more is left than one claim does.
bool Claim::keep_house() {
    std::vector<CallRecord> expired;
    {
        Statement row = session_.connection.query(Sql::kCallsExpired, now_, kExpiredMax);
        while (row.step()) expired.push_back(read_call(session_, row));
    }
    // A call that expires may pass its place on to one that was read here as parked.
    for (const CallRecord& call : expired) {
        if (auto fresh = find_call(session_, call.seq)) expire(*std::move(fresh));
    }
    const std::size_t rested = end_rests(transaction_, now_, kPromotedMax);
    const std::size_t promoted = promote_due(transaction_, now_, kPromotedMax);
    return expired.size() < kExpiredMax && rested < kPromotedMax && promoted < kPromotedMax;
}

void Claim::expire(CallRecord call) {
    const Hold hold = call.hold;
    call.status = EBRA_CALL_EXPIRED;
    call.hold = Hold::kNone;
    call.due_at = 0;
    call.ended_at = now_;
    save_call(transaction_, call, now_);
    if (hold == Hold::kReady) {
        pass_head_on(transaction_, call.exclusive_key, call.lane->number);
    }
    Entry entry;
    entry.kind = EBRA_ENTRY_EXPIRED;
    entry.status = call.status;
    entry.at = now_;
    add_entry(transaction_, call.seq, entry);
}

void Claim::find_lanes() {
    std::int64_t number = 0;
    for (;;) {
        {
            Statement row = session_.connection.query(Sql::kLaneNextActive, number);
            if (!row.step()) break;
            number = row.integer(0);
        }
        ++active_lanes_;
        LanePtr lane = session_.lanes.get(session_.connection, number);
        if (!is_named(lane->provider)) continue;
        lanes_.push_back({std::move(lane), {}, false, false, false});
    }
}

bool Claim::is_named(const std::string& provider) const {
    return provider.empty() ||
           std::find(providers_.begin(), providers_.end(), provider) != providers_.end();
}

void Claim::read_ahead(OpenLane& lane) {
    if (!lane.next.empty() || lane.is_read_out) return;
    // Of several lanes some may be closed: each shows a few rows before it is known to give any.
    const bool is_known_to_give = lane.has_given || lanes_.size() == 1;
    const std::size_t most =
        is_known_to_give ? std::max(kReadAhead / lanes_.size(), kReadAheadMin) : kReadAheadMin;
    const std::size_t wanted = std::min(room_left() + 1, most);
    Statement row = session_.connection.query(Sql::kLaneClaimable, lane.lane->number, wanted);
    while (row.step()) lane.next.push_back(read_call(session_, row));
    lane.is_read_out = lane.next.size() < wanted;
}

/// How many more this claim can take at most: rows beyond that would be read for nothing.
std::size_t Claim::room_left() {
    const std::size_t wanted = request_.limit - taken();
    const LimitState& global = book_.global();
    const std::int64_t cap = global.limit.max_in_flight;
    if (cap < 0) return wanted;
    const auto free = static_cast<std::size_t>(std::max<std::int64_t>(cap - global.in_flight, 0));
    return std::min(wanted, free);
}

OpenLane* Claim::best_lane() {
    OpenLane* best = nullptr;
    for (OpenLane& lane : lanes_) {
        if (lane.is_closed) continue;
        read_ahead(lane);
        if (lane.next.empty()) continue;
        if (best == nullptr || goes_before(lane.next.front(), best->next.front())) best = &lane;
    }
    return best;
}

/// Remembers why something that waits cannot go, and when time alone changes that.
void Claim::note_closed(const LimitState& state, int reason_when_full) {
    const bool is_rate = state.room(now_) == Room::kNoToken;
    if (is_rate || stopped_by_ != EBRA_CLAIM_STOP_RATE) {
        stopped_by_ = is_rate ? EBRA_CLAIM_STOP_RATE : reason_when_full;
    }
    const ebra_time_ms room_at = state.room_at(now_);
    if (room_at > 0 && (next_room_at_ == 0 || room_at < next_room_at_)) next_room_at_ = room_at;
}

bool Claim::is_global_open() {
    const LimitState& global = book_.global();
    if (global.room(now_) == Room::kYes) return true;
    stopped_by_ = EBRA_CLAIM_STOP_GLOBAL;
    note_closed(global, EBRA_CLAIM_STOP_GLOBAL);
    return false;
}

/// True when every limit of the lane has room; then `provider` is the first with room.
bool Claim::is_lane_open(const Lane& lane, std::string& provider) {
    for (const std::string& key : lane.cap_keys) {
        const LimitState& state = book_.state(key);
        if (state.room(now_) == Room::kYes) continue;
        // No status says that a call's own limit is full: to this claim there is nothing due.
        note_closed(state, stopped_by_);
        return false;
    }
    const auto may_carry = [&](const std::string& name) {
        return lane.provider.empty() || lane.provider == name;
    };
    for (const std::string& name : providers_) {
        if (!may_carry(name) || book_.provider(name).room(now_) != Room::kYes) continue;
        provider = name;
        return true;
    }
    for (const std::string& name : providers_) {
        if (may_carry(name)) note_closed(book_.provider(name), EBRA_CLAIM_STOP_PROVIDER);
    }
    return false;
}

void Claim::take(OpenLane& lane, const std::string& provider) {
    CallRecord call = std::move(lane.next.front());
    lane.next.pop_front();
    lane.has_given = true;
    if (call.not_after > 0 && call.not_after <= now_) {
        expire(std::move(call));
        return;
    }
    const bool is_doubtful = call.due_at <= doubt_at_;
    if (numbers_taken_.count(call.exclusive_key) != 0 || !open_placement(call, provider)) return;
    numbers_taken_.insert(call.exclusive_key);
    book_.opened();
    book_.take(EBRA_LIMIT_GLOBAL, now_);
    book_.take(EBRA_LIMIT_PROVIDER_PREFIX + provider, now_);
    for (const std::string& key : lane.lane->cap_keys) {
        book_.take(key, now_);
        transaction_.db().run(Sql::kCapInsert, key, call.seq);
    }
    if (is_doubtful) return doubt(call);
    PlacementRecord placement = placement_of(call, provider);
    claimed_.push_back({std::move(call), std::move(placement)});
}

/// The provider must be asked first whether it knows this placement: a claim that is forgotten may
/// have made and dialed it.
void Claim::doubt(const CallRecord& call) {
    transaction_.db().run(Sql::kPlacementDoubt, call.seq, call.placements, doubt_at_, now_,
                          EBRA_REASON_DOUBTFUL);
    Entry entry;
    entry.kind = EBRA_ENTRY_NODE_LOST;
    entry.placement = call.placements;
    entry.status = call.status;
    entry.at = now_;
    entry.detail = EBRA_REASON_DOUBTFUL;
    add_entry(transaction_, call.seq, entry);
    ++doubted_count_;
}

PlacementRecord Claim::placement_of(const CallRecord& call, const std::string& provider) const {
    PlacementRecord placement;
    placement.call_seq = call.seq;
    placement.number = call.placements;
    placement.exclusive_key = call.exclusive_key;
    placement.claim = request_.token;
    placement.provider = provider;
    placement.node = plugin::copy(request_.node);
    placement.claimed_at = now_;
    placement.evidence_at = now_;
    return placement;
}

bool Claim::open_placement(CallRecord& call, const std::string& provider) {
    const std::uint32_t number = call.placements + 1;
    const auto opened =
        transaction_.db().run(Sql::kPlacementInsert, call.seq, number, call.exclusive_key,
                              request_.token, provider, plugin::view(request_.node), now_);
    if (opened == 0) {
        // The unique index is the truth: whatever says the number is free is put right.
        close_number(transaction_, call.exclusive_key);
        return false;
    }
    call.status = EBRA_CALL_IN_PROGRESS;
    call.hold = Hold::kNone;
    call.attempts += 1;
    call.placements = number;
    call.started_at = now_;
    call.due_at = 0;
    save_call(transaction_, call, now_);
    // This call was the number's only head in its lane.
    if (active_lanes_ > 1) close_number(transaction_, call.exclusive_key);
    Entry entry;
    entry.kind = EBRA_ENTRY_CLAIMED;
    entry.placement = number;
    entry.status = call.status;
    entry.at = now_;
    entry.detail = provider;
    add_entry(transaction_, call.seq, entry);
    return true;
}

void Claim::fill_report(ClaimResult& result, bool is_house_kept) {
    const bool is_more_to_do =
        (!is_house_kept || doubted_count_ > 0) && stopped_by_ == EBRA_CLAIM_STOP_EMPTY;
    result.report.stopped_by = is_more_to_do ? EBRA_CLAIM_STOP_LIMIT : stopped_by_;
    result.report.claimed = static_cast<std::uint32_t>(claimed_.size());
    result.report.in_flight = static_cast<std::uint32_t>(book_.open_total());
    result.report.next_room_at = next_room_at_;
    const ebra_time_ms rest_over_at = next_rest_over(session_);
    Statement row = session_.connection.query(Sql::kNextDue);
    const ebra_time_ms due_at = row.step() ? row.integer(0) : 0;
    const bool is_rest_first = due_at == 0 || (rest_over_at != 0 && rest_over_at < due_at);
    result.report.next_due_at = is_rest_first ? rest_over_at : due_at;
}

void require_sound(const ebra_claim_request& request) {
    if (request.limit < 1 || request.limit > kClaimMax) {
        throw invalid("a claim's limit must be 1 to 1000");
    }
    if (request.provider_count < 1 || request.provider_count > kProvidersMax) {
        throw invalid("a claim must name 1 to 64 providers");
    }
    if (request.token == 0) throw invalid("a claim's token must not be 0");
}

}  // namespace

ClaimResult claim(Transaction& transaction, const ebra_claim_request& request) {
    require_sound(request);
    const ebra_time_ms lease_until =
        require_lease(transaction.session(), plugin::view(request.node), request.now);
    ClaimResult result = Claim(transaction, request).run();
    result.report.lease_until = lease_until;
    return result;
}

}  // namespace ebra::sqlite
