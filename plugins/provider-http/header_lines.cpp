#include "header_lines.hpp"

namespace ebra::provider_http {

void HeaderLines::set(const Headers& headers, std::initializer_list<std::string_view> more) {
    std::vector<std::size_t> begins;
    begins.reserve(headers.size() + more.size());
    text_.clear();
    for (const auto& [name, value] : headers) {
        begins.push_back(text_.size());
        // With nothing behind a colon libcurl would leave the header out.
        text_.append(name).append(value.empty() ? ";" : ": ").append(value).append(1, '\0');
    }
    for (const std::string_view line : more) {
        begins.push_back(text_.size());
        text_.append(line).append(1, '\0');
    }
    nodes_.resize(begins.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        nodes_[i].data = text_.data() + begins[i];
        nodes_[i].next = i + 1 < nodes_.size() ? &nodes_[i + 1] : nullptr;
    }
}

}  // namespace ebra::provider_http
