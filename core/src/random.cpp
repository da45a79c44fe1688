#include "random.hpp"

#include <cctype>
#include <string_view>
#include <sys/random.h>

namespace ebra {

std::uint64_t Random::token() {
    std::uint64_t made = 0;
    while (made == 0) made = next();
    return made;
}

std::uint64_t SystemRandom::next() {
    const std::lock_guard lock(mutex_);
    if (left_ == 0) {
        while (getrandom(fetched_.data(), sizeof fetched_, 0) != ssize_t{sizeof fetched_}) {
        }
        left_ = fetched_.size();
    }
    return fetched_[--left_];
}

std::uint64_t SeededRandom::next() {
    const std::lock_guard lock(mutex_);
    return engine_();
}

std::string make_uuid_v7(TimeMs now, Random& random) {
    constexpr std::uint64_t kVersion = 0x7000;
    constexpr std::uint64_t kVariant = 0x8000'0000'0000'0000;
    const std::uint64_t stamp = static_cast<std::uint64_t>(now) & 0xFFFF'FFFF'FFFF;
    const std::uint64_t high = stamp << 16 | kVersion | (random.next() & 0x0FFF);
    const std::uint64_t low = kVariant | (random.next() & 0x3FFF'FFFF'FFFF'FFFF);

    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text.push_back('-');
        const std::uint64_t half = nibble < 16 ? high : low;
        text.push_back(kDigits[half >> (60 - 4 * (nibble % 16)) & 0xF]);
    }
    return text;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
        const char c = text[at];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

}  // namespace ebra
