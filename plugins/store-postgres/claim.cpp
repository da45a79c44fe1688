#include "claim.hpp"

#include "error.hpp"
#include "limits.hpp"
#include "nodes.hpp"
#include "timeline.hpp"

#include "ebra/abi/ext/draft/store_recover.h"
#include "ebra/plugin.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace ebra::postgres {

namespace {

constexpr std::uint32_t kClaimMax = 1000;
constexpr std::size_t kProvidersMax = 64;
// Housekeeping within one claim; what is left over is done by the next, which is told to come.
constexpr std::int64_t kPromotedMax = 1000;
constexpr std::int64_t kExpiredMax = 500;
// Heads read ahead over all lanes together, and per lane at least.
constexpr std::size_t kReadAhead = 1024;
constexpr std::size_t kReadAheadMin = 4;

/// A claimable call as its line has it.
struct Head {
    std::int64_t seq = 0;
    std::int32_t priority = 0;
    ebra_time_ms due_at = 0;
    ebra_time_ms not_after = 0;
    std::string exclusive_key;
};

/// A lane with claimable calls, read ahead in order.
struct OpenLane {
    LanePtr lane;
    FirstHead first;  ///< As it was when the claim began.
    std::deque<Head> next;
    bool is_read_out = true;  ///< `next` holds all that can be claimed.
    bool is_closed = false;
};

/// What opened a claim.
struct OpenedClaim {
    ebra_time_ms lease_until = 0;
    ebra_time_ms next_due_at = 0;
    bool has_changes = false;  ///< Something was expired or promoted.
    bool is_whole = true;      ///< It looked from the beginning: what it did not see is not there.
    Seen seen;
    LimitStates limits;  ///< Of all calls, and of the providers that are named.
};

bool goes_before(const Head& left, const Head& right) {
    return std::tuple(-std::int64_t{left.priority}, left.due_at, left.seq) <
           std::tuple(-std::int64_t{right.priority}, right.due_at, right.seq);
}

std::vector<std::string> providers_of(const ebra_claim_request& request) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < request.provider_count; ++i) {
        names.push_back(plugin::copy(request.providers[i]));
    }
    return names;
}

OpenedClaim open_claim(Session& session, const ebra_claim_request& request, Looks& looks) {
    OpenedClaim opening;
    Seen& seen = opening.seen;
    seen.now = request.now;
    const LookFrom from = looks.next();
    opening.is_whole = from.is_whole();
    std::set<std::string> keys = {EBRA_LIMIT_GLOBAL};
    for (const std::string& name : providers_of(request)) {
        keys.insert(EBRA_LIMIT_PROVIDER_PREFIX + name);
    }
    const auto [rows, limits] = session.db.query_both(
        Connection::Call(Sql::kClaimBegin, plugin::copy(request.node), request.now, kExpiredMax,
                         kPromotedMax, from.marks, from.since),
        ask_limits(keys));
    opening.limits = limits_of(limits);
    // What the gate says came with it.
    require_not_stopped(session.db.gate().stopped);
    rows.each([&](const Row& row) {
        const std::string what = row.text(0);
        const std::int64_t value = row.is_null(1) ? 0 : row.integer(1);
        if (what == "lease") opening.lease_until = value;
        if (what == "expired" && value >= kExpiredMax) seen.is_house_kept = false;
        if (what == "rested" && value >= kPromotedMax) seen.is_house_kept = false;
        if (what == "promoted" && value >= kPromotedMax) seen.is_house_kept = false;
        const bool is_change = what == "expired" || what == "rested" || what == "promoted";
        opening.has_changes |= is_change && value > 0;
        if (what == "next_due") opening.next_due_at = value;
        if (what == "lane") {
            seen.heads.push_back(
                {value, row.number<std::int32_t>(2), row.integer(3), row.integer(4)});
        }
        if (what == "walked") seen.walked = value;
    });
    if (opening.lease_until == 0) throw lease_is_over(plugin::view(request.node));
    looks.took(from, seen);
    return opening;
}

/// One claim under way.
class Claim {
 public:
    Claim(Session& session, const ebra_claim_request& request, Looks& looks)
        : session_(session),
          request_(request),
          now_(request.now),
          opening_(open_claim(session, request, looks)),
          lanes_(named_lanes()),
          book_(limits()),
          in_flight_before_(book_.global().in_flight) {}

    ClaimResult run();

 private:
    std::vector<OpenLane> named_lanes();
    LimitStates limits();
    void read_ahead();
    OpenLane* best_lane();
    bool is_global_open();
    bool is_lane_open(const Lane& lane, std::string& provider);
    void note_closed(const LimitState& state, int reason_when_full);
    void choose(OpenLane& lane, const std::string& provider);
    void open_placements(ClaimResult& result);
    void doubt(std::unordered_map<std::int64_t, FullCall>& claimed);
    void fill_report(ClaimResult& result);

    Session& session_;
    const ebra_claim_request& request_;
    const ebra_time_ms now_;
    const OpenedClaim opening_;
    std::vector<OpenLane> lanes_;
    LimitBook book_;
    const std::int64_t in_flight_before_;
    std::size_t chosen_count_ = 0;
    bool is_cut_short_ = false;
    ArrayLiteral chosen_, chosen_keys_, chosen_providers_, chosen_caps_;
    std::unordered_map<std::int64_t, std::string> provider_by_seq_;
    std::vector<std::int64_t> order_;
    std::unordered_set<std::string> numbers_taken_;
    std::unordered_set<std::int64_t> doubtful_;  ///< Perhaps dialed by a claim that is forgotten.
    std::size_t doubted_count_ = 0;
    int stopped_by_ = EBRA_CLAIM_STOP_EMPTY;
    bool is_stopped_by_all_ = false;  ///< By the limit of all calls.
    ebra_time_ms next_room_at_ = 0;
};

std::vector<OpenLane> Claim::named_lanes() {
    const auto named = providers_of(request_);
    std::vector<OpenLane> lanes;
    for (const FirstHead& first : opening_.seen.heads) {
        LanePtr lane = session_.lanes.get(session_.db, first.lane);
        const bool is_named = lane->provider.empty() ||
                              std::find(named.begin(), named.end(), lane->provider) != named.end();
        if (is_named) lanes.push_back({std::move(lane), first, {}, true, false});
    }
    return lanes;
}

/// Those of the lanes as well, which nobody could name before the lanes were known.
LimitStates Claim::limits() {
    std::set<std::string> keys;
    for (const OpenLane& lane : lanes_) {
        keys.insert(lane.lane->cap_keys.begin(), lane.lane->cap_keys.end());
    }
    LimitStates states = opening_.limits;
    for (const auto& [key, state] : states) keys.erase(key);
    if (!keys.empty()) states.merge(read_limits(session_, keys));
    return states;
}

ClaimResult Claim::run() {
    if (is_global_open()) read_ahead();
    while (OpenLane* lane = best_lane()) {
        if (chosen_count_ >= request_.limit) break;
        if (!is_global_open()) break;
        std::string provider;
        if (is_lane_open(*lane->lane, provider)) {
            choose(*lane, provider);
        } else {
            lane->is_closed = true;
        }
    }
    if (chosen_count_ >= request_.limit || is_cut_short_) stopped_by_ = EBRA_CLAIM_STOP_LIMIT;
    ClaimResult result;
    open_placements(result);
    fill_report(result);
    if (chosen_.is_empty() && !opening_.has_changes) session_.db.change_nothing();
    return result;
}

/// Reads the heads of every open lane, in one statement. A closed lane costs nothing.
void Claim::read_ahead() {
    ArrayLiteral open;
    std::size_t count = 0;
    std::unordered_map<std::int64_t, OpenLane*> by_number;
    for (OpenLane& lane : lanes_) {
        std::string provider;
        lane.is_closed = !is_lane_open(*lane.lane, provider);
        if (lane.is_closed) continue;
        open.add(lane.first.literal());
        by_number[lane.lane->number] = &lane;
        ++count;
    }
    if (count == 0) return;
    std::size_t wanted = std::min<std::size_t>(request_.limit, kReadAhead / count);
    const LimitState& global = book_.global();
    if (global.limit.max_in_flight >= 0) {
        const std::int64_t room = global.limit.max_in_flight - global.in_flight;
        wanted = std::min(wanted, static_cast<std::size_t>(std::max<std::int64_t>(room, 1)));
    }
    wanted = std::max(wanted, std::min<std::size_t>(request_.limit, kReadAheadMin));
    const auto limit = static_cast<std::int64_t>(wanted);
    session_.db.query(Sql::kClaimHeads, open.text(), limit).each([&](const Row& row) {
        OpenLane& lane = *by_number.at(row.integer(1));
        lane.next.push_back({row.integer(0), row.number<std::int32_t>(2), row.integer(3),
                             row.integer(4), row.text(5)});
    });
    for (const auto& [number, lane] : by_number) lane->is_read_out = lane->next.size() < wanted;
}

OpenLane* Claim::best_lane() {
    OpenLane* best = nullptr;
    for (OpenLane& lane : lanes_) {
        if (lane.is_closed) continue;
        if (lane.next.empty() && !lane.is_read_out) {
            // What comes next in this lane was not read: whatever goes now might overtake it.
            is_cut_short_ = true;
            return nullptr;
        }
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
    if (std::all_of(lanes_.begin(), lanes_.end(), [](auto& lane) { return lane.is_closed; })) {
        return false;
    }
    is_stopped_by_all_ = true;
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
    const auto named = providers_of(request_);
    for (const std::string& name : named) {
        if (!may_carry(name) || book_.provider(name).room(now_) != Room::kYes) continue;
        provider = name;
        return true;
    }
    for (const std::string& name : named) {
        if (may_carry(name)) note_closed(book_.provider(name), EBRA_CLAIM_STOP_PROVIDER);
    }
    return false;
}

void Claim::choose(OpenLane& lane, const std::string& provider) {
    const Head head = std::move(lane.next.front());
    lane.next.pop_front();
    // Those past their end that housekeeping had no time for wait for the next claim.
    const bool is_over = head.not_after > 0 && head.not_after <= now_;
    if (is_over || !numbers_taken_.insert(head.exclusive_key).second) return;
    chosen_.add(head.seq);
    chosen_keys_.add(head.exclusive_key);
    chosen_providers_.add(provider);
    provider_by_seq_[head.seq] = provider;
    order_.push_back(head.seq);
    if (head.due_at <= session_.db.gate().doubt_at) doubtful_.insert(head.seq);
    ++chosen_count_;
    book_.take(EBRA_LIMIT_GLOBAL, now_);
    book_.take(EBRA_LIMIT_PROVIDER_PREFIX + provider, now_);
    for (const std::string& key : lane.lane->cap_keys) {
        book_.take(key, now_);
        RowLiteral row;
        row.add(key).add(head.seq).skip();
        chosen_caps_.add(row);
    }
}

void Claim::open_placements(ClaimResult& result) {
    if (chosen_.is_empty()) return;
    const Rows rows = session_.db.query(Sql::kClaimWrite, chosen_.text(), chosen_keys_.text(),
                                        chosen_providers_.text(), chosen_caps_.text(),
                                        book_.buckets(), static_cast<std::int64_t>(request_.token),
                                        plugin::copy(request_.node), now_);
    std::unordered_map<std::int64_t, FullCall> claimed;
    rows.each([&](const Row& row) {
        FullCall full{read_call(session_, row), PlacementRecord()};
        PlacementRecord& placement = *full.placement;
        placement.call_seq = full.call.seq;
        placement.number = full.call.placements;
        placement.exclusive_key = full.call.exclusive_key;
        placement.claim = request_.token;
        placement.provider = provider_by_seq_.at(full.call.seq);
        placement.node = plugin::copy(request_.node);
        placement.claimed_at = now_;
        placement.evidence_at = now_;
        claimed.emplace(full.call.seq, std::move(full));
    });
    doubt(claimed);
    for (const std::int64_t seq : order_) {
        const auto found = claimed.find(seq);
        if (found != claimed.end()) result.calls.push_back(std::move(found->second));
    }
}

/// Takes out what the provider must be asked about first.
void Claim::doubt(std::unordered_map<std::int64_t, FullCall>& claimed) {
    ArrayLiteral seqs;
    for (const std::int64_t seq : doubtful_) {
        if (claimed.erase(seq) == 0) continue;
        seqs.add(seq);
        ++doubted_count_;
    }
    if (doubted_count_ == 0) return;
    session_.db.query(Sql::kClaimedDoubt, seqs.text(), session_.db.gate().doubt_at,
                      EBRA_REASON_DOUBTFUL, std::int64_t{now_});
}

void Claim::fill_report(ClaimResult& result) {
    const bool is_more_to_do = (!opening_.seen.is_house_kept || doubted_count_ > 0) &&
                               stopped_by_ == EBRA_CLAIM_STOP_EMPTY;
    result.report.stopped_by = is_more_to_do ? EBRA_CLAIM_STOP_LIMIT : stopped_by_;
    result.report.claimed = static_cast<std::uint32_t>(result.calls.size());
    result.report.in_flight =
        static_cast<std::uint32_t>(in_flight_before_ + static_cast<std::int64_t>(doubted_count_)) +
        result.report.claimed;
    result.report.next_due_at = opening_.next_due_at;
    result.report.next_room_at = next_room_at_;
    result.report.lease_until = opening_.lease_until;
    result.is_full = is_stopped_by_all_;
    result.leaves_nothing = result.report.stopped_by == EBRA_CLAIM_STOP_EMPTY &&
                            opening_.is_whole && lanes_.size() == opening_.seen.heads.size();
}

}  // namespace

void require_sound(const ebra_claim_request& request) {
    if (request.limit < 1 || request.limit > kClaimMax) {
        throw invalid("a claim's limit must be 1 to 1000");
    }
    if (request.provider_count < 1 || request.provider_count > kProvidersMax) {
        throw invalid("a claim must name 1 to 64 providers");
    }
    if (request.token == 0) throw invalid("a claim's token must not be 0");
}

bool is_idle(Session& session, const ebra_claim_request& request, Looks& looks,
             ClaimResult& result) {
    const LookFrom from = looks.next();
    const Rows look = session.db.query(Sql::kClaimLook, plugin::copy(request.node), request.now,
                                       from.marks, from.since);
    const Row row = look.at(0);
    if (row.integer(0) == 0) throw lease_is_over(plugin::view(request.node));
    if (row.boolean(1)) return false;
    looks.found_nothing(from);
    result.report.stopped_by = EBRA_CLAIM_STOP_EMPTY;
    result.report.in_flight = row.number<std::uint32_t>(2);
    result.report.next_due_at = row.integer(3);
    result.report.lease_until = row.integer(0);
    result.leaves_nothing = from.is_whole();
    return true;
}

ClaimResult claim(Session& session, const ebra_claim_request& request, Looks& looks) {
    return Claim(session, request, looks).run();
}

}  // namespace ebra::postgres
