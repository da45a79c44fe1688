#include "lanes.hpp"

#include "error.hpp"

namespace ebra::sqlite {

namespace {

// Beyond this many the memory is emptied and filled again: campaigns come and go.
constexpr std::size_t kRememberedMax = 10'000;

std::string meaning_of(const std::string& provider, const std::string& cap_keys) {
    return std::to_string(provider.size()) + ":" + provider + cap_keys;
}

}  // namespace

LanePtr Lanes::get(Connection& connection, std::int64_t number) {
    const auto known = by_number_.find(number);
    if (known != by_number_.end()) return known->second;
    Statement row = connection.query(Sql::kLaneByNumber, number);
    if (!row.step()) {
        throw StoreError(EBRA_CORRUPT, "a call names a lane that does not exist; restore a backup");
    }
    Lane lane{number, std::string(row.text(0)), decode_cap_keys(row.text(1))};
    const std::string meaning = meaning_of(lane.provider, std::string(row.text(1)));
    auto made = std::make_shared<const Lane>(std::move(lane));
    remember(meaning, made);
    return made;
}

LanePtr Lanes::find_or_make(Connection& connection, const std::string& provider,
                            const std::vector<std::string>& cap_keys) {
    const std::string encoded = encode_cap_keys(cap_keys);
    const std::string meaning = meaning_of(provider, encoded);
    const auto known = by_meaning_.find(meaning);
    if (known != by_meaning_.end()) return known->second;
    std::int64_t number = 0;
    {
        Statement row = connection.query(Sql::kLaneFind, provider, encoded);
        if (row.step()) number = row.integer(0);
    }
    if (number == 0) {
        connection.run(Sql::kLaneInsert, provider, encoded);
        number = connection.last_insert_seq();
    }
    auto made = std::make_shared<const Lane>(Lane{number, provider, cap_keys});
    remember(meaning, made);
    return made;
}

void Lanes::forget() {
    by_number_.clear();
    by_meaning_.clear();
}

void Lanes::remember(const std::string& meaning, LanePtr lane) {
    if (by_number_.size() >= kRememberedMax) forget();
    by_number_[lane->number] = lane;
    by_meaning_[meaning] = std::move(lane);
}

}  // namespace ebra::sqlite
