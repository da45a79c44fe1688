#include "batch.hpp"

#include "error.hpp"

#include <algorithm>
#include <iterator>

namespace ebra::postgres {

namespace {

/// More than this many wait only when somebody sends rubbish or ids are never learned.
constexpr std::int64_t kKeptMax = 10'000;
/// A start's answer comes within minutes; a mapping by hand within a day.
constexpr std::int64_t kKeptMs = 24 * 60 * 60 * 1000;

// What a name of lock_named leads to.
constexpr int kLine = 1;
constexpr int kProviderId = 2;
constexpr int kKeptId = 3;
constexpr int kSeenKey = 4;
constexpr int kGap = 5;

bool is_any_or_same(const std::string& left, const std::string& right) {
    return left.empty() || right.empty() || left == right;
}

bool says_the_same(const StepRecord& left, const StepRecord& right) {
    return left.provider_call_id == right.provider_call_id && left.provider == right.provider &&
           left.step == right.step && left.outcome == right.outcome &&
           left.occurred_at == right.occurred_at && left.reason == right.reason;
}

bool says_the_same(const Entry& known, const Entry& entry) {
    return known.placement == entry.placement && known.kind == entry.kind &&
           known.outcome == entry.outcome && known.provider_call_id == entry.provider_call_id &&
           known.detail == entry.detail && (entry.at == 0 || known.at == entry.at);
}

/// True when the row of the placement that was accepted says all of the entry, now and ever after.
bool is_told_by(const LoadedCall& loaded, const Entry& entry) {
    if (entry.kind != EBRA_STEP_ACCEPTED || !entry.is_applied) return false;
    const PlacementRecord& placement = loaded.placements.at(entry.placement);
    // Both are set once. A row made in this batch is written as it is, not changed.
    return loaded.made.count(entry.placement) == 0 && placement.accepted_at == entry.at &&
           !entry.provider_call_id.empty() &&
           placement.provider_call_id == entry.provider_call_id &&
           entry.status == EBRA_CALL_IN_PROGRESS && entry.outcome == EBRA_OUTCOME_NONE &&
           entry.detail.empty();
}

}  // namespace

PlacementRecord* LoadedCall::placement(std::uint32_t number) {
    const auto found = placements.find(number);
    return found == placements.end() ? nullptr : &found->second;
}

FullCall LoadedCall::with_latest() const {
    FullCall full{call, std::nullopt};
    const auto latest = placements.find(call.placements);
    if (latest != placements.end()) full.placement = latest->second;
    return full;
}

void Batch::load(const std::vector<StepRecord>& steps, std::size_t first, std::size_t last) {
    ArrayLiteral call_ids, provider_ids, learns, dedup_keys;
    for (std::size_t i = first; i < last; ++i) {
        const StepRecord& step = steps[i];
        if (!step.call_id.empty()) call_ids.add(step.call_id);
        if (!step.dedup_key.empty()) dedup_keys.add(step.dedup_key);
        if (step.provider_call_id.empty()) continue;
        provider_ids.add(step.provider_call_id);
        learns.add(!step.call_id.empty());
    }
    const Rows rows = session_.db.query(Sql::kLockNamed, call_ids.text(), provider_ids.text(),
                                        learns.text(), dedup_keys.text());
    std::set<std::int64_t> seqs;
    std::vector<std::string> kept_ids;
    rows.each([&](const Row& row) {
        switch (row.number<int>(0)) {
            case kLine:
                seqs.insert(row.integer(3));
                lines_[row.integer(3)] = row.text(1);
                break;
            case kProviderId:
                seqs.insert(row.integer(3));
                mappings_[row.text(1)].push_back(
                    {row.text(2), row.integer(3), row.number<std::uint32_t>(4)});
                break;
            case kKeptId:
                kept_ids.push_back(row.text(1));
                break;
            case kSeenKey:
                seen_.emplace(row.text(1), row.text(2));
                break;
            case kGap:
                gap_ms_ = row.integer(3);
                break;
            default:
                break;
        }
    });
    load_rows(seqs);
    load_kept(kept_ids);
}

void Batch::load(const std::vector<std::int64_t>& seqs) {
    if (seqs.empty()) return;
    ArrayLiteral asked, keys;
    for (const std::int64_t seq : seqs) asked.add(seq);
    session_.db.query(Sql::kNumbersOfCalls, asked.text()).each([&](const Row& row) {
        lines_[row.integer(0)] = row.text(1);
        keys.add(row.text(1));
    });
    session_.db.query(Sql::kLockLines, keys.text());
    load_rows({seqs.begin(), seqs.end()});
}

void Batch::load_rows(const std::set<std::int64_t>& seqs) {
    ArrayLiteral asked;
    for (const std::int64_t seq : seqs) asked.add(seq);
    if (asked.is_empty()) return;
    const Rows rows = session_.db.query(Sql::kCallsWithPlacements, asked.text());
    rows.each([&](const Row& row) {
        const std::int64_t seq = row.integer(0);
        auto found = calls_.find(seq);
        if (found == calls_.end()) {
            found =
                calls_.emplace(seq, LoadedCall{read_call(session_, row), {}, false, {}, {}}).first;
            seq_by_id_[found->second.call.id] = seq;
            require_line(found->second.call);
        }
        if (row.is_null(kCallColumns)) return;
        PlacementRecord placement = read_placement(row, kCallColumns);
        found->second.placements[placement.number] = std::move(placement);
    });
}

/// A call may have gone to another number, or become known, while its line was waited for: then
/// somebody else may be at it.
void Batch::require_line(const CallRecord& call) const {
    const auto line = lines_.find(call.seq);
    if (line != lines_.end() && line->second == call.exclusive_key) return;
    throw TryAgain(EBRA_UNAVAILABLE, "a call changed its number meanwhile", 0, kRetryAfterMs);
}

void Batch::load_kept(const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    ArrayLiteral asked;
    for (const std::string& id : ids) asked.add(id);
    session_.db.query(Sql::kKeptOfIds, asked.text()).each([&](const Row& row) {
        kept_.push_back({row.integer(0), read_kept_step(row), false});
    });
}

LoadedCall* Batch::find(std::string_view id) {
    const auto found = seq_by_id_.find(std::string(id));
    return found == seq_by_id_.end() ? nullptr : find(found->second);
}

LoadedCall* Batch::find(std::int64_t seq) {
    const auto found = calls_.find(seq);
    return found == calls_.end() ? nullptr : &found->second;
}

std::vector<Mapping> Batch::mappings(const std::string& provider, const std::string& id) const {
    std::vector<Mapping> found;
    const auto known = mappings_.find(id);
    if (known == mappings_.end()) return found;
    std::copy_if(
        known->second.begin(), known->second.end(), std::back_inserter(found),
        [&](const Mapping& mapping) { return is_any_or_same(mapping.provider, provider); });
    return found;
}

void Batch::map(const std::string& id, const Mapping& mapping) {
    mappings_[id].push_back(mapping);
    RowLiteral row;
    row.add(mapping.call_seq).add(mapping.number).add(id).add(mapping.provider);
    mapped_.add(row);
}

bool Batch::is_seen(const StepRecord& step) const {
    return !step.dedup_key.empty() && seen_.count({step.dedup_key, step.provider}) != 0;
}

void Batch::remember(const StepRecord& step) {
    if (!seen_.emplace(step.dedup_key, step.provider).second) return;
    RowLiteral row;
    row.add(step.dedup_key).add(step.provider).add(now_);
    seen_now_.add(row);
}

ebra_status Batch::keep(const StepRecord& step) {
    if (std::any_of(kept_.begin(), kept_.end(),
                    [&](const Kept& kept) { return says_the_same(kept.step, step); })) {
        return EBRA_ALREADY;
    }
    if (kept_total() >= kKeptMax) return EBRA_UNAVAILABLE;
    ++*kept_total_;
    kept_.push_back({0, step, false});
    kept_.back().step.told_at = now_;
    count(Tally::kKept, 1);
    return EBRA_KEPT;
}

std::int64_t Batch::kept_total() {
    if (kept_total_) return *kept_total_;
    const Rows rows = session_.db.query(Sql::kKeptCount, now_ - kKeptMs);
    count(Tally::kKept, -rows.at(0).integer(1));
    kept_total_ = rows.at(0).integer(0);
    return *kept_total_;
}

std::vector<StepRecord> Batch::take_kept(const std::string& provider, const std::string& id) {
    std::vector<StepRecord> steps;
    for (Kept& kept : kept_) {
        const bool matches = !kept.is_taken && kept.step.provider_call_id == id &&
                             is_any_or_same(kept.step.provider, provider);
        if (!matches) continue;
        kept.is_taken = true;
        if (kept.seq != 0) taken_.add(kept.seq);
        count(Tally::kKept, -1);
        steps.push_back(kept.step);
    }
    return steps;
}

void Batch::add_entry(std::int64_t call_seq, const Entry& entry) {
    made_entries_.emplace_back(call_seq, entry);
    entries_[call_seq].push_back(entry);
}

bool Batch::has_entry(std::int64_t call_seq, const Entry& entry) {
    load_entries();
    const auto& known = entries_[call_seq];
    return std::any_of(known.begin(), known.end(),
                       [&](const Entry& one) { return says_the_same(one, entry); });
}

void Batch::load_entries() {
    if (has_entries_) return;
    has_entries_ = true;
    ArrayLiteral asked;
    for (const auto& [seq, call] : calls_) asked.add(seq);
    session_.db.query(Sql::kEntriesOfCalls, asked.text()).each([&](const Row& row) {
        entries_[row.integer(0)].push_back(read_entry(row));
    });
}

void Batch::freed(const LoadedCall& loaded) {
    keys_.add(loaded.call.exclusive_key);
    for (const std::string& key : loaded.call.lane->cap_keys) freed_caps_.add(key);
}

void Batch::rest(const LoadedCall& loaded, ebra_time_ms from) {
    if (gap_ms_ == 0) return;
    ebra_time_ms& until = resting_[loaded.call.exclusive_key];
    until = std::max(until, from + gap_ms_);
    keys_.add(loaded.call.exclusive_key);
}

void Batch::write_rests() {
    if (resting_.empty()) return;
    ArrayLiteral keys;
    ArrayLiteral untils;
    for (const auto& [key, until] : resting_) {
        keys.add(key);
        untils.add(until);
    }
    session_.db.query(Sql::kNumbersRest, keys.text(), untils.text());
}

void Batch::write_call(LoadedCall& loaded) {
    for (const std::uint32_t number : loaded.made) {
        made_placements_.add(to_literal(loaded.placements.at(number), false));
    }
    for (const std::uint32_t number : loaded.changed) {
        if (loaded.made.count(number) != 0) continue;
        const bool tells_acceptance = told_acceptances_.count({loaded.call.seq, number}) != 0;
        changed_placements_.add(to_literal(loaded.placements.at(number), tells_acceptance));
    }
    if (!loaded.is_changed) return;
    const CallRecord& call = loaded.call;
    changed_.add(state_literal(call));
    if (call.status == call.stored_status) return;
    deltas_.at(static_cast<std::size_t>(call.stored_status) - 1) -= 1;
    deltas_.at(static_cast<std::size_t>(call.status) - 1) += 1;
    if (call.stored_status == EBRA_CALL_PENDING) {
        leaving_.add(call.seq);
        keys_.add(call.exclusive_key);
    }
    if (call.status == EBRA_CALL_PENDING) joining_.add(waiting_literal(call));
    if (!call.is_terminal()) return;
    RowLiteral event;
    event.skip().add(call.seq).add(now_).add(call.status).add(false);
    events_.add(event);
    count(Tally::kOwed, 1);
}

/// A placement tells of its acceptance in its own row, where that holds all there is to tell. What
/// it tells goes before the entries of this batch.
void Batch::write_entries() {
    std::set<std::int64_t> begun;
    for (const auto& [seq, entry] : made_entries_) {
        const bool is_first = begun.insert(seq).second;
        if (is_first && is_told_by(calls_.at(seq), entry)) {
            told_acceptances_.emplace(seq, entry.placement);
        } else {
            history_.add(to_literal(seq, entry));
        }
    }
}

void Batch::write() {
    write_entries();
    for (auto& [seq, loaded] : calls_) write_call(loaded);
    for (const Kept& kept : kept_) {
        if (kept.seq == 0 && !kept.is_taken) keeping_.add(kept_literal(kept.step, now_));
    }
    ArrayLiteral deltas;
    bool has_deltas = false;
    for (const std::int64_t delta : deltas_) {
        deltas.add(delta);
        has_deltas |= delta != 0;
    }
    const ArrayLiteral* all[] = {
        &changed_, &changed_placements_, &made_placements_, &history_, &mapped_, &keeping_, &taken_,
        &seen_now_};
    const bool has_rows =
        std::any_of(std::begin(all), std::end(all), [](auto* rows) { return !rows->is_empty(); });
    if (!has_rows && !has_deltas) return;
    write_rests();
    session_.write_last(Sql::kWriteCalls, changed_.text(), leaving_.text(), joining_.text(),
                        changed_placements_.text(), made_placements_.text(), freed_caps_.text(),
                        history_.text(), events_.text(), mapped_.text(), keeping_.text(),
                        taken_.text(), seen_now_.text(), keys_.text(), deltas.text(), now_);
}

}  // namespace ebra::postgres
