#include "config/retry_on.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <array>

namespace ebra::config {

namespace {

/// Ends of a call that was dialed and failed. One that was answered is over, and one that was
/// canceled was meant to be.
constexpr std::array<std::string_view, 6> kRetryable{
    "no_answer", "busy", "declined", "capacity", "provider_fault", "invalid_number"};
constexpr std::int64_t kWaitMsMax = 7 * 24 * 3'600'000LL;

}  // namespace

std::optional<std::map<std::string, std::int64_t>> parse_retry_on(std::string_view text) {
    std::map<std::string, std::int64_t> made;
    text = trimmed(text);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view item = text.substr(0, end);
        const std::size_t colon = std::min(item.find(':'), item.size());
        const std::string name(trimmed(item.substr(0, colon)));
        const bool is_known =
            std::find(kRetryable.begin(), kRetryable.end(), name) != kRetryable.end();
        const auto wait_ms = colon == item.size() ? std::optional<std::int64_t>(0)
                                                  : parse_duration(trimmed(item.substr(colon + 1)));
        if (!is_known || !wait_ms || *wait_ms > kWaitMsMax) return std::nullopt;
        if (!made.emplace(name, *wait_ms).second) return std::nullopt;
        text = trimmed(text.substr(std::min(end + 1, text.size())));
    }
    return made;
}

std::string expected_retry_on() {
    std::string names;
    for (const std::string_view name : kRetryable) {
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return "dispositions and waits of at most 7d, such as \"busy: 5m, no_answer: 30m\", out of " +
           names;
}

}  // namespace ebra::config
