/// @file
/// MemoryStore: the smallest complete store: what `ebra/abi/store.h` asks for, on standard
/// containers under one mutex. Nothing survives the process. One instance may serve several engines
/// at once.
#pragma once

#include "lines.hpp"
#include "records.hpp"
#include "transition.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace ebra::memory {

namespace rules = ebra::rules;

class MemoryStore {
 public:
    /// `mutant` names a planted fault; only the test build of this store knows any.
    MemoryStore(const ebra_host* host, std::string mutant)
        : host_(host), mutant_(std::move(mutant)) {
        if (is_planted("park_without_lock")) lines_.plant_lost_wakeups();
    }

    ebra_time_ms now();
    ebra_status enqueue(ebra_time_ms now, std::span<const ebra_call_spec* const> specs,
                        const ebra_item_sink& sink);
    ebra_status patch(ebra_time_ms now, std::span<const ebra_patch* const> patches,
                      const ebra_item_sink& sink);
    ebra_status claim(const ebra_claim_request& request, const ebra_call_sink& sink,
                      ebra_claim_report& report, ebra_error* error);
    ebra_status advance(ebra_time_ms now, std::span<const ebra_advance* const> steps,
                        const ebra_item_sink& sink);
    ebra_status reclaim(const ebra_reclaim_request& request, const ebra_call_sink& sink,
                        ebra_error* error);
    ebra_status lease_renew(const ebra_lease_request& request, ebra_lease_report& report,
                            ebra_error* error);
    ebra_status lease_end(ebra_time_ms now, const std::string& node);
    ebra_status limits_set(ebra_time_ms now, std::span<const ebra_limit* const> limits);
    ebra_status limits_get(const ebra_limit_sink& sink);
    ebra_status setting(const std::string& key, const std::string& proposed,
                        const ebra_text_sink& sink);
    ebra_status get(std::span<const ebra_str> ids, const ebra_call_sink& sink);
    ebra_status find(const ebra_find_request& request, const ebra_call_sink& sink);
    ebra_status list(const ebra_list_request& request, const ebra_call_sink& sink);
    ebra_status counts(ebra_counts& out);
    ebra_status explain(ebra_time_ms now, const std::string& id, const ebra_reason_sink& sink);
    ebra_status wait(std::int64_t timeout_ms);
    void wake();
    ebra_status entries(const std::string& id, const ebra_entry_sink& sink);
    ebra_status placements(const std::string& id, const ebra_placement_sink& sink);
    ebra_status outbox_read(std::uint64_t after, std::size_t limit, const ebra_outbox_sink& sink);
    ebra_status outbox_ack(std::span<const std::uint64_t> sequences);
    ebra_status gap_set(std::int64_t min_gap_ms, ebra_error* error);
    ebra_status gap_get(std::int64_t& min_gap_ms);
    ebra_status check(const ebra_text_sink& sink);

 private:
    struct OutboxRow {
        ebra_outbox_row fields{};
        std::string call_id;
    };
    /// Evidence for a provider's id that nobody knows yet.
    struct Kept {
        std::vector<std::string> text;  ///< The bytes that `step` points into.
        ebra_advance step{};
        ebra_time_ms told_at = 0;
    };
    using ProviderId = std::pair<std::string, std::string>;
    struct ToKeep {
        ebra_time_ms at = 0;
        ProviderId key;
        Kept kept;
    };
    struct Target {
        ebra_status status = EBRA_OK;
        CallRecord* call = nullptr;
        PlacementRecord* placement = nullptr;
    };

    // Each file of this store owns some of these.
    bool has_lease(const std::string& node, ebra_time_ms now) const;
    bool is_planted(const char* mutant) const;
    bool has_said(const CallRecord& call, std::uint32_t placement, const ebra_advance& step) const;
    CallRecord* find_call(const std::string& id);
    EntryRecord& record(CallRecord& call, std::int32_t kind, std::uint32_t placement,
                        ebra_time_ms now);
    void become_terminal(CallRecord& call, std::int32_t status, ebra_time_ms now);
    ebra_status enqueue_one(ebra_time_ms now, const ebra_call_spec& spec, CallRecord*& call);
    ebra_status patch_one(ebra_time_ms now, const ebra_patch& patch, CallRecord*& call);

    // claim.cpp
    CallRecord* next_call(const std::vector<std::string>& providers, ebra_time_ms now,
                          std::string& provider);
    bool has_room(const std::string& key, ebra_time_ms now);
    bool is_full(const LimitRecord& limit, const std::string& key, ebra_time_ms now);
    bool caps_have_room(const CallRecord& call, ebra_time_ms now);
    std::int64_t in_flight(const std::string& key) const;
    std::int64_t count_then(const std::string& key, ebra_time_ms now);
    void refill(LimitRecord& limit, ebra_time_ms now) const;
    static ebra_time_ms next_token_at(const LimitRecord& limit);
    void take_token(const std::string& key, ebra_time_ms now);
    void place(CallRecord& call, const std::string& provider, const ebra_claim_request& request);
    std::int32_t stop_reason(const std::vector<std::string>& providers, ebra_time_ms now,
                             ebra_time_ms& room_at);

    // advance.cpp
    ebra_status advance_one(ebra_time_ms now, const ebra_advance& step, CallRecord*& call);
    ebra_status cancel(ebra_time_ms now, const ebra_advance& step, CallRecord*& call);
    ebra_status map_by_hand(ebra_time_ms now, const ebra_advance& step, CallRecord*& call);
    ebra_status apply_evidence(ebra_time_ms now, const ebra_advance& step, Target target);
    Target resolve(const ebra_advance& step);
    Target resolve_provider_id(const ebra_advance& step);
    ebra_status keep(ebra_time_ms now, const ebra_advance& step);
    void learn_id(CallRecord& call, PlacementRecord& placement, const std::string& id,
                  ebra_time_ms now);
    void apply(ebra_time_ms now, CallRecord& call, PlacementRecord& placement,
               const ebra_advance& step, const rules::Transition& change);
    void rest_after(ebra_time_ms now, const CallRecord& call, const PlacementRecord& placement,
                    const rules::Transition& change, bool closes);
    void change_call(ebra_time_ms now, CallRecord& call, PlacementRecord& placement,
                     const ebra_advance& step, const rules::Transition& change);

    // reclaim.cpp
    void lose_placements_of(const std::string& node, ebra_time_ms ask_at, ebra_time_ms now);
    bool is_work(const CallRecord& call, const ebra_reclaim_request& request) const;

    const ebra_host* const host_;
    const std::string mutant_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_woken_ = false;
    std::uint64_t changes_ = 0;
    ebra_time_ms latest_now_ = 0;
    std::vector<std::unique_ptr<CallRecord>> calls_;  ///< By seq.
    std::map<std::string, CallRecord*> by_id_;
    std::map<ProviderId, CallRecord*> by_idempotency_key_;
    std::map<ProviderId, std::pair<CallRecord*, std::uint32_t>> by_provider_id_;
    std::map<ProviderId, std::vector<Kept>> kept_;
    std::size_t kept_count_ = 0;
    std::deque<ToKeep> to_keep_;  ///< Only under a planted fault.
    std::set<ProviderId> dedup_keys_;
    std::set<CallRecord*> in_progress_;
    Lines lines_;
    std::map<std::string, std::pair<ebra_time_ms, std::int64_t>> stale_counts_;
    std::map<std::string, LimitRecord> limits_;
    std::map<std::string, NodeRecord> nodes_;
    std::map<std::string, std::string> settings_;
    std::map<std::uint64_t, OutboxRow> outbox_;
    std::uint64_t next_outbox_ = 1;
    std::int64_t contradictions_ = 0;
    std::int64_t min_gap_ms_ = 0;
};

}  // namespace ebra::memory
