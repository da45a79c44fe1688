#include "lanes.hpp"

#include "error.hpp"
#include "lane_text.hpp"

namespace ebra::postgres {

namespace {

// Beyond this many the memory is emptied and filled again: campaigns come and go.
constexpr std::size_t kRememberedMax = 10'000;

std::string meaning_of(const std::string& provider, const std::vector<std::string>& cap_keys) {
    return std::to_string(provider.size()) + ":" + provider + encode_cap_keys(cap_keys);
}

}  // namespace

LanePtr Lanes::get(Connection& connection, std::int64_t number) {
    {
        const std::lock_guard lock(mutex_);
        require_same_run(connection);
        const auto known = by_number_.find(number);
        if (known != by_number_.end()) return known->second;
    }
    const Rows rows = connection.query(Sql::kLaneByNumber, number);
    if (rows.is_empty()) {
        throw StoreError(EBRA_CORRUPT, "a call names a lane that does not exist; restore a backup");
    }
    Lane lane{number, rows.at(0).text(0), decode_cap_keys(rows.at(0).text(1))};
    auto made = std::make_shared<const Lane>(std::move(lane));
    remember(connection, made);
    return made;
}

LanePtr Lanes::find(Connection& connection, const std::string& provider,
                    const std::vector<std::string>& cap_keys) {
    {
        const std::lock_guard lock(mutex_);
        require_same_run(connection);
        const auto known = by_meaning_.find(meaning_of(provider, cap_keys));
        if (known != by_meaning_.end()) return known->second;
    }
    const Rows rows = connection.query(Sql::kLaneByMeaning, provider, encode_cap_keys(cap_keys));
    return rows.is_empty() ? nullptr : get(connection, rows.at(0).integer(0));
}

bool Lanes::was_met(const std::string& provider, const std::vector<std::string>& cap_keys) {
    const std::lock_guard lock(mutex_);
    return by_meaning_.count(meaning_of(provider, cap_keys)) != 0;
}

void Lanes::make(Connection& connection, const std::string& provider,
                 const std::vector<std::string>& cap_keys) {
    const Rows rows = connection.query(Sql::kLaneMake, provider, encode_cap_keys(cap_keys));
    if (rows.is_empty()) {
        throw TryAgain(EBRA_UNAVAILABLE, "a lane was made twice at once", 0, kRetryAfterMs);
    }
    // Not remembered before its transaction has ended: `get` reads it then.
}

/// Under mutex_.
void Lanes::require_same_run(const Connection& connection) {
    if (connection.server_run() == server_run_) return;
    by_number_.clear();
    by_meaning_.clear();
    server_run_ = connection.server_run();
}

void Lanes::remember(const Connection& connection, LanePtr lane) {
    const std::lock_guard lock(mutex_);
    require_same_run(connection);
    if (by_number_.size() >= kRememberedMax) {
        by_number_.clear();
        by_meaning_.clear();
    }
    by_number_[lane->number] = lane;
    by_meaning_[meaning_of(lane->provider, lane->cap_keys)] = std::move(lane);
}

}  // namespace ebra::postgres
