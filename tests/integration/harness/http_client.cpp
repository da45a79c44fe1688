#include "http_client.hpp"

#include <algorithm>
#include <cctype>
#include <curl/curl.h>

namespace ebra::integration {

namespace {

constexpr long kTimeoutMs = 20'000;

std::size_t append_body(char* bytes, std::size_t size, std::size_t count, void* context) {
    static_cast<HttpAnswer*>(context)->body.append(bytes, size * count);
    return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* context) {
    const std::string line(bytes, size * count);
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return size * count;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t first = line.find_first_not_of(" \t", colon + 1);
    const std::size_t last = line.find_last_not_of("\r\n \t");
    const bool has_value = first != std::string::npos && last >= first;
    static_cast<HttpAnswer*>(context)->headers[name] =
        has_value ? line.substr(first, last - first + 1) : std::string();
    return size * count;
}

}  // namespace

HttpClient::HttpClient(std::string base_url)
    : base_url_(std::move(base_url)), handle_(curl_easy_init()) {}

HttpClient::~HttpClient() {
    curl_easy_cleanup(handle_);
}

HttpAnswer HttpClient::get(const std::string& path, const Headers& headers) {
    return send("GET", path, "", headers);
}

HttpAnswer HttpClient::post(const std::string& path, const nlohmann::json& body,
                            const Headers& headers) {
    Headers all = headers;
    all.push_back("Content-Type: application/json");
    return send("POST", path, body.dump(), all);
}

HttpAnswer HttpClient::send(const std::string& method, const std::string& path,
                            const std::string& body, const Headers& headers) {
    HttpAnswer answer;
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_reset(handle_);
    const std::string url = base_url_ + path;
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, kTimeoutMs);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &answer);
    if (!body.empty() || method == "POST" || method == "PATCH") {
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, method.c_str());
    }
    const CURLcode code = curl_easy_perform(handle_);
    curl_slist_free_all(list);
    if (code == CURLE_OK) {
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
    } else {
        answer.status = 0;
        answer.body = curl_easy_strerror(code);
    }
    return answer;
}

}  // namespace ebra::integration
