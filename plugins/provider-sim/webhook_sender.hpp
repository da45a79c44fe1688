/// @file
/// WebhookSender: posts webhooks over HTTP, many at once on one thread. Owned and driven by the
/// Loop; only wake() may be called from another thread. Retries what fails, a bounded number of
/// times with growing delay.
#pragma once

#include "ebra/abi/host.h"

#include <cstdint>
#include <curl/curl.h>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ebra::sim {

/// One message to one receiver.
struct Delivery {
    std::string url;
    std::string body;
    std::string message_id;  ///< The webhook-id; the same for every try.
    /// After every try; `is_last`: delivered, or given up.
    std::function<void(bool is_last)> tried;
    int tries = 0;
};

class WebhookSender {
 public:
    /// Webhooks on the wire at once; the rest waits in line.
    static constexpr std::size_t kInFlightMax = 64;
    /// Together with the delays below: some 25 seconds, enough for a receiver to start anew.
    static constexpr int kTriesMax = 9;
    static constexpr std::int64_t kFirstRetryMs = 100;
    static constexpr std::int64_t kRetryMsMax = 60'000;

    using Later = std::function<void(std::int64_t at_ns, std::function<void()>)>;

    /// `key` signs; empty = unsigned. `later` runs something on the same thread at a given time.
    WebhookSender(const ebra_host* host, std::string key, Later later);
    ~WebhookSender();
    WebhookSender(const WebhookSender&) = delete;
    WebhookSender& operator=(const WebhookSender&) = delete;

    /// Puts a webhook in line.
    void submit(Delivery delivery);

    /// Moves everything along as far as it goes without waiting.
    void drive();

    /// Waits for the network, a wake() or the end of `timeout_ms`.
    void wait(int timeout_ms);

    /// Ends a wait(), from any thread.
    void wake();

    /// Webhooks not delivered and not given up, those that wait for another try left out.
    std::size_t pending() const { return waiting_.size() + in_flight_.size(); }

 private:
    struct Transfer;
    using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

    Handle make_handle() const;
    void begin(Delivery delivery);
    void collect_finished();
    void finished(CURL* handle, CURLcode code);
    void try_again(Delivery delivery, std::int64_t retry_after_ms);
    void report_failure(const Delivery& delivery, const std::string& why, bool is_last);

    const ebra_host* const host_;
    const std::string key_;
    const Later later_;
    const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
    std::vector<Handle> idle_;
    std::deque<Delivery> waiting_;
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> in_flight_;
    std::int64_t report_after_ns_ = 0;
    std::uint64_t failures_unsaid_ = 0;
};

}  // namespace ebra::sim
