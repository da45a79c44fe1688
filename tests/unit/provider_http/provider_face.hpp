/// @file
/// ProviderFace: one instance of provider-http over its C ABI, with values in and out. One test
/// owns it; any thread may call it.
#pragma once

#include "test_host.hpp"

#include "ebra/abi/ebra.h"

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ebra::provider_http::test {

inline constexpr const char* kTo = "+15551234567";
inline constexpr const char* kReference = "0190a5c4-7b1e-7000-8000-0000000000aa.1";

/// What a call looks like when it is given to the plugin.
struct GivenCall {
    std::string to = kTo;
    std::string script_id = "script-1";
    std::string metadata_json = R"({"customer":{"name":"Ann"},"big":12345678901234567890.10})";
    std::string reference = kReference;
    std::string callback_url = "https://ebra.example.com/callbacks/p?ref=sealed";
    std::string provider_call_id;
    std::string provider_state;
    std::uint32_t timeout_ms = 5'000;
    std::int64_t send_within_ms = 5'000;  ///< Negative: the time to send is over.
};

struct WebhookReading {
    ebra_status status = EBRA_INTERNAL;
    std::vector<SeenEvent> events;
};

struct PreviewReading {
    ebra_status status = EBRA_INTERNAL;
    std::string text;
    std::size_t puts = 0;  ///< How often text was put.
};

struct GivenWebhook {
    std::string method = "POST";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    ebra_time_ms now = 0;
};

/// What check_config says: "pointer text", with the nearest name behind " ~ ".
std::vector<std::string> problems_of(const nlohmann::json& options);

class ProviderFace {
 public:
    /// Creates the instance; `status()` tells how that went.
    explicit ProviderFace(const nlohmann::json& options);
    ~ProviderFace();
    ProviderFace(const ProviderFace&) = delete;
    ProviderFace& operator=(const ProviderFace&) = delete;

    ebra_status status() const { return status_; }
    std::string message() const { return error_.message; }
    std::uint64_t capabilities() const;
    TestHost& host() { return host_; }

    /// Starts and waits for the end; the answer is 0 when the start was not taken on.
    SeenResult start(const GivenCall& call = {});
    /// Starts without waiting. EBRA_OK: `op` will end.
    ebra_status begin(const GivenCall& call, ebra_op op);
    PreviewReading preview(const GivenCall& call = {});
    SeenResult query(const GivenCall& call);
    SeenResult cancel(const GivenCall& call);
    WebhookReading webhook(const GivenWebhook& webhook);

    /// Ends the instance before its time.
    void destroy();

 private:
    enum class Ask { kQuery, kCancel };
    SeenResult ask(const GivenCall& call, Ask what);
    SeenResult finish(ebra_status taken, ebra_op op);
    ebra_op next_op() { return next_op_.fetch_add(1); }

    TestHost host_;
    const ebra_provider* table_ = nullptr;
    void* self_ = nullptr;
    ebra_status status_ = EBRA_INTERNAL;
    ebra_error error_{};
    std::atomic<ebra_op> next_op_{1};
};

}  // namespace ebra::provider_http::test
