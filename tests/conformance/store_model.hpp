/// @file
/// StoreModel: a store as simple as can be, for comparing: lists of calls, walked from end to end,
/// under the rules of ebra/abi/store.h. It shares no code with any store. Plain values, one thread.
#pragma once

#include "store_values.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ebra::conformance {

class StoreModel {
 public:
    enum class Open { kNo, kClaimed, kPlaced, kUnknown };

    struct Call {
        NewCall spec;
        std::size_t age = 0;
        ebra_time_ms due_at = 0;
        std::int32_t status = EBRA_CALL_PENDING;
        std::uint32_t attempts = 0;
        std::uint32_t placements = 0;
        bool is_undecided = false;
        Open open = Open::kNo;
        std::string provider;  ///< Of the latest placement.
        std::uint64_t token = 0;
    };

    /// Limits by key, on open placements.
    explicit StoreModel(std::map<std::string, std::int64_t> limits) : limits_(std::move(limits)) {}

    std::vector<Call>& calls() { return calls_; }
    const std::vector<Call>& calls() const { return calls_; }

    void enqueue(const NewCall& spec, ebra_time_ms now);
    /// What a claim must give, as "id@provider", in order; the model claims it too.
    std::vector<std::string> claim(const std::vector<std::string>& providers, std::uint32_t limit,
                                   std::uint64_t token, ebra_time_ms now);
    void end(Call& call, std::int32_t status);
    void leave_undecided(Call& call, bool gives_attempt_back);
    void make_pending(Call& call, ebra_time_ms due_at);
    void release(Call& call, ebra_time_ms due_at);

    /// Empty, or what is wrong with `seen`.
    static std::string difference(const Call& call, const SeenCall& seen);

 private:
    std::string provider_for(const Call& call, const std::vector<std::string>& providers) const;
    bool is_busy(const std::string& number) const;
    bool is_full(const std::string& key) const;

    std::map<std::string, std::int64_t> limits_;
    std::vector<Call> calls_;
};

}  // namespace ebra::conformance
