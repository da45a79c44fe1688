/// @file
/// Batch: the rows that a batch of steps speaks of, locked, loaded at once, changed here, and
/// written back at once: a few round trips whatever the batch's size. Belongs to one transaction;
/// when that is run again a new one is made.
#pragma once

#include "rows.hpp"

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ebra::postgres {

/// Statistics kept as deltas: the columns of tallies. The first six are EBRA_CALL_* minus one.
enum class Tally : std::size_t {
    kParked = 6,
    kKept = 7,
    kOwed = 8,
    kContradictions = 9,
    kChanges = 10,
};
inline constexpr std::size_t kTallyCount = 11;

/// A call with its placements, and what of them has changed.
struct LoadedCall {
    CallRecord call;
    std::map<std::uint32_t, PlacementRecord> placements;
    bool is_changed = false;
    std::set<std::uint32_t> changed;
    std::set<std::uint32_t> made;

    PlacementRecord* placement(std::uint32_t number);
    FullCall with_latest() const;
};

/// Where a provider's id leads to.
struct Mapping {
    std::string provider;
    std::int64_t call_seq = 0;
    std::uint32_t number = 0;
};

class Batch {
 public:
    Batch(Session& session, ebra_time_ms now) : session_(session), now_(now) {}
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// Locks and loads what `steps` name.
    void load(const std::vector<StepRecord>& steps, std::size_t first, std::size_t last);
    /// Locks and loads calls by their rows.
    void load(const std::vector<std::int64_t>& seqs);

    ebra_time_ms now() const { return now_; }
    LoadedCall* find(std::string_view id);
    LoadedCall* find(std::int64_t seq);
    std::map<std::int64_t, LoadedCall>& calls() { return calls_; }

    /// Every placement that (provider, id) is known for; an empty provider stands for any.
    std::vector<Mapping> mappings(const std::string& provider, const std::string& id) const;
    void map(const std::string& id, const Mapping& mapping);

    bool is_seen(const StepRecord& step) const;
    void remember(const StepRecord& step);

    /// EBRA_KEPT; EBRA_ALREADY: the same waits already; EBRA_UNAVAILABLE: the inbox is full.
    ebra_status keep(const StepRecord& step);
    /// Takes out what waits for an id, in the order in which it came.
    std::vector<StepRecord> take_kept(const std::string& provider, const std::string& id);

    void add_entry(std::int64_t call_seq, const Entry& entry);
    /// True when the history says the same already; `entry.at` 0 = at whatever time.
    bool has_entry(std::int64_t call_seq, const Entry& entry);

    void save(LoadedCall& loaded) {
        loaded.is_changed = true;
        loaded.call.updated_at = now_;
    }
    void save(LoadedCall& call, const PlacementRecord& placement) {
        call.changed.insert(placement.number);
    }
    /// The placement is closed: its limits and its number are free.
    void freed(const LoadedCall& call);
    /// A call to its number was over at that time: the number rests, when there is a gap.
    void rest(const LoadedCall& call, ebra_time_ms from);
    void count(Tally tally, std::int64_t delta) {
        deltas_.at(static_cast<std::size_t>(tally)) += delta;
    }
    void announce_work() { deltas_.at(static_cast<std::size_t>(Tally::kChanges)) = 1; }
    bool has_work() const { return deltas_.at(static_cast<std::size_t>(Tally::kChanges)) != 0; }

    /// Writes all of it.
    void write();

 private:
    struct Kept {
        std::int64_t seq = 0;  ///< 0: of this batch.
        StepRecord step;
        bool is_taken = false;
    };

    void load_rows(const std::set<std::int64_t>& seqs);
    void require_line(const CallRecord& call) const;
    void load_kept(const std::vector<std::string>& ids);
    void load_entries();
    void write_call(LoadedCall& loaded);
    void write_entries();
    void write_rests();
    std::int64_t kept_total();

    Session& session_;
    const ebra_time_ms now_;
    std::unordered_map<std::int64_t, std::string> lines_;  ///< The number locked for each call.
    std::map<std::int64_t, LoadedCall> calls_;
    std::unordered_map<std::string, std::int64_t> seq_by_id_;
    std::unordered_map<std::string, std::vector<Mapping>> mappings_;
    std::set<std::pair<std::string, std::string>> seen_;
    std::vector<Kept> kept_;
    std::optional<std::int64_t> kept_total_;
    std::unordered_map<std::int64_t, std::vector<Entry>> entries_;
    bool has_entries_ = false;
    std::vector<std::pair<std::int64_t, Entry>> made_entries_;  ///< By calls' rows, as they came.
    std::set<std::pair<std::int64_t, std::uint32_t>> told_acceptances_;  ///< By placements.
    std::int64_t gap_ms_ = 0;
    std::map<std::string, ebra_time_ms> resting_;  // Until when.

    // What is to be written.
    ArrayLiteral changed_, leaving_, joining_, changed_placements_, made_placements_, freed_caps_;
    ArrayLiteral history_, events_, mapped_, keeping_, taken_, seen_now_, keys_;
    std::array<std::int64_t, kTallyCount> deltas_{};
};

}  // namespace ebra::postgres
