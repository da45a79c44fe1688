/// @file
/// HeaderLines: the header lines of one request as libcurl wants them, in two pieces of memory
/// however many there are. Owned by the transfer that they are for and outlives it; libcurl only
/// reads them. Single-threaded.
#pragma once

#include "transfer.hpp"

#include <curl/curl.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http {

class HeaderLines {
 public:
    HeaderLines() = default;
    HeaderLines(const HeaderLines&) = delete;
    HeaderLines& operator=(const HeaderLines&) = delete;

    /// `headers`, then `more` as complete lines. A header without a value is sent as empty.
    void set(const Headers& headers, std::initializer_list<std::string_view> more);

    /// As CURLOPT_HTTPHEADER takes it; valid until the next `set`.
    curl_slist* list() { return nodes_.empty() ? nullptr : nodes_.data(); }

 private:
    std::string text_;  ///< All lines, each with a zero at its end.
    std::vector<curl_slist> nodes_;
};

}  // namespace ebra::provider_http
