/// @file
/// LedgerIndex: the calls in a ledger by reference and by id, read bit by bit as the file grows, so
/// that a call can be looked up that another process dialed, or one that is no more. Owned by one
/// thread.
#pragma once

#include "ledger_lines.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ebra::sim {

/// A dial as the ledger tells it.
struct LedgerEntry {
    std::string id;
    std::string boot;
    std::int64_t dialed_ns = 0;
    std::int64_t dialed_wall_ms = 0;
    std::int64_t talk_ms = 0;
    std::int64_t end_ns = 0;  ///< Meaningless unless has_end.
    bool has_end = false;     ///< False: passive and not ended.
    std::string fate;
};

class LedgerIndex {
 public:
    /// So much is kept in memory; a ledger with more dials answers no questions.
    static constexpr std::size_t kDialsMax = 5'000'000;

    explicit LedgerIndex(std::string path) : path_(std::move(path)) {}
    ~LedgerIndex();
    LedgerIndex(const LedgerIndex&) = delete;
    LedgerIndex& operator=(const LedgerIndex&) = delete;

    /// Reads what was appended since. False when the file can not be read, is damaged, or is too
    /// long. Blocks on the disk.
    [[nodiscard]] bool refresh();

    /// The dial with that id when it is known, else the latest with that reference; nullptr when
    /// there is none. Valid until the next refresh().
    const LedgerEntry* find(std::string_view reference, std::string_view id) const;

 private:
    void take(std::string_view text);
    void take(LedgerLine line);

    const std::string path_;
    int file_ = -1;
    std::int64_t offset_ = 0;
    std::string tail_;  // The beginning of a line whose end is not written yet.
    bool is_damaged_ = false;
    std::vector<LedgerEntry> entries_;
    std::unordered_map<std::string, std::size_t> by_id_;
    std::unordered_map<std::string, std::size_t> by_reference_;
};

}  // namespace ebra::sim
