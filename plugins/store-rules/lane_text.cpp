#include "lane_text.hpp"

#include "store_error.hpp"

#include <charconv>

namespace ebra::rules {

std::string encode_cap_keys(const std::vector<std::string>& keys) {
    std::string encoded;
    for (const std::string& key : keys) {
        encoded += std::to_string(key.size()) + ":" + key;
    }
    return encoded;
}

std::vector<std::string> decode_cap_keys(std::string_view encoded) {
    std::vector<std::string> keys;
    while (!encoded.empty()) {
        std::size_t size = 0;
        const char* end = encoded.data() + encoded.size();
        const auto parsed = std::from_chars(encoded.data(), end, size);
        const auto start = static_cast<std::size_t>(parsed.ptr - encoded.data()) + 1;
        if (parsed.ec != std::errc() || start > encoded.size() || size > encoded.size() - start) {
            throw StoreError(EBRA_CORRUPT, "a row of table lanes is damaged; restore a backup");
        }
        keys.emplace_back(encoded.substr(start, size));
        encoded.remove_prefix(start + size);
    }
    return keys;
}

}  // namespace ebra::rules
