/// @file
/// HttpClient: a plain HTTP client on libcurl for tests. One per thread; keeps its connection.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ebra::integration {

struct HttpAnswer {
    long status = 0;  ///< 0 = no answer at all; `body` then says why.
    std::string body;
    std::map<std::string, std::string> headers;  ///< Names in lower case.

    /// The body as JSON; null when it is none.
    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

class HttpClient {
 public:
    using Headers = std::vector<std::string>;  ///< "Name: value"

    explicit HttpClient(std::string base_url);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    HttpAnswer get(const std::string& path, const Headers& headers = {});
    HttpAnswer post(const std::string& path, const nlohmann::json& body,
                    const Headers& headers = {});
    HttpAnswer send(const std::string& method, const std::string& path, const std::string& body,
                    const Headers& headers);

 private:
    const std::string base_url_;
    void* handle_ = nullptr;
};

}  // namespace ebra::integration
