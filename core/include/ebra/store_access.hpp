/// @file
/// StoreAccess: the configured store, opened beside whatever nodes run on it, for commands that
/// look at one call or correct it by hand. Owned by one command, used on one thread, every function
/// blocks. It dials nothing, takes no lease, sets no limits and never migrates.
#pragma once

#include "ebra/call.hpp"
#include "ebra/config.hpp"
#include "ebra/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ebra {

/// What a recovery found.
struct RecoveryReport {
    std::uint64_t unknown = 0;   ///< Placements that were CLAIMED and are UNKNOWN now.
    std::uint64_t doubtful = 0;  ///< Calls that will be asked about before they are dialed.
};

class StoreAccess {
 public:
    /// Loads the store plugin and opens the store. kNotFound when nothing was ever stored there,
    /// kConflict when its schema is older than the plugin: neither is made or changed by looking.
    static Result<std::unique_ptr<StoreAccess>> open(const Config& config);

    ~StoreAccess();
    StoreAccess(const StoreAccess&) = delete;
    StoreAccess& operator=(const StoreAccess&) = delete;

    Result<std::optional<Call>> get(const std::string& id);
    Result<std::vector<Call>> find_by_provider_id(const std::string& provider_call_id);
    Result<Timeline> timeline(const std::string& id);
    Result<std::vector<WhyNot>> explain(const std::string& id);

    /// Maps a provider's id to a call. kNotFound: no such call; kConflict: the id is another's.
    Result<Call> map(const std::string& id, const std::string& provider,
                     const std::string& provider_call_id);

    /// Turns what may have been dialed unseen into UNKNOWN and lets nodes dial again. With
    /// `is_nothing_lost` calls that wait are not doubted. kUnsupported: this store cannot tell.
    Result<RecoveryReport> recover(bool is_nothing_lost);

    /// An id for map() that no provider gives: "manual-" and 64 random bits.
    std::string make_provider_call_id();

 private:
    struct Parts;
    explicit StoreAccess(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace ebra
