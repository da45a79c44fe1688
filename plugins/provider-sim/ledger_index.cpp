#include "ledger_index.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace ebra::sim {

namespace {

constexpr std::size_t kReadBytes = 1 << 18;

}  // namespace

LedgerIndex::~LedgerIndex() {
    if (file_ >= 0) close(file_);
}

bool LedgerIndex::refresh() {
    if (file_ < 0) file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) return false;
    std::string chunk(kReadBytes, '\0');
    while (!is_damaged_) {
        const ssize_t length = pread(file_, chunk.data(), chunk.size(), offset_);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return false;
        if (length == 0) break;
        offset_ += length;
        take(std::string_view(chunk.data(), static_cast<std::size_t>(length)));
    }
    return !is_damaged_ && entries_.size() <= kDialsMax;
}

void LedgerIndex::take(std::string_view text) {
    for (std::size_t newline = text.find('\n'); newline != std::string_view::npos;
         newline = text.find('\n')) {
        tail_.append(text.substr(0, newline));
        text.remove_prefix(newline + 1);
        if (!tail_.empty()) {
            auto line = parse_line(tail_);
            if (!line) {
                is_damaged_ = true;
                return;
            }
            take(std::move(*line));
        }
        tail_.clear();
    }
    tail_.append(text);
}

void LedgerIndex::take(LedgerLine line) {
    if (line.is_dial) {
        if (entries_.size() > kDialsMax) return;
        by_id_[line.id] = entries_.size();
        by_reference_[line.reference] = entries_.size();
        entries_.push_back({std::move(line.id), std::move(line.boot), line.mono_ns, line.wall_ms,
                            line.talk_ms, line.end_mono_ns.value_or(0),
                            line.end_mono_ns.has_value(), std::move(line.fate)});
        return;
    }
    const auto found = by_id_.find(line.id);
    if (found == by_id_.end()) return;
    LedgerEntry& entry = entries_[found->second];
    entry.has_end = true;
    entry.end_ns = line.mono_ns;
    entry.fate = std::move(line.fate);
}

const LedgerEntry* LedgerIndex::find(std::string_view reference, std::string_view id) const {
    const auto& table = id.empty() ? by_reference_ : by_id_;
    const auto found = table.find(std::string(id.empty() ? reference : id));
    return found == table.end() ? nullptr : &entries_[found->second];
}

}  // namespace ebra::sim
