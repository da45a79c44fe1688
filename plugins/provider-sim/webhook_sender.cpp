#include "webhook_sender.hpp"

#include "real_time.hpp"
#include "signature.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>

namespace ebra::sim {

namespace {

constexpr long kConnectTimeoutMs = 5'000;
constexpr long kTimeoutMs = 15'000;
constexpr long kGone = 410;  // The receiver wants no more of it.
/// Failures are many when a receiver is away: one line tells of all within this time.
constexpr std::int64_t kReportEveryMs = 1'000;

std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

void initialise_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

CURLM* make_multi() {
    initialise_curl();
    CURLM* multi = curl_multi_init();
    if (multi == nullptr) throw std::runtime_error("libcurl can not be initialised");
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(WebhookSender::kInFlightMax));
    return multi;
}

bool is_delivered(CURLcode code, long status) {
    return code == CURLE_OK && status >= 200 && status < 300;
}

}  // namespace

struct WebhookSender::Transfer {
    using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

    Transfer(Handle with, Delivery what)
        : handle(std::move(with)),
          delivery(std::move(what)),
          headers(nullptr, curl_slist_free_all) {}

    void add_header(const std::string& line) {
        curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        (void)headers.release();
        headers.reset(longer);
    }

    Handle handle;
    Delivery delivery;
    Headers headers;
};

WebhookSender::WebhookSender(const ebra_host* host, std::string key, Later later)
    : host_(host),
      key_(std::move(key)),
      later_(std::move(later)),
      multi_(make_multi(), curl_multi_cleanup) {}

WebhookSender::~WebhookSender() {
    for (const auto& [handle, transfer] : in_flight_) {
        curl_multi_remove_handle(multi_.get(), handle);
    }
}

WebhookSender::Handle WebhookSender::make_handle() const {
    Handle handle(curl_easy_init(), curl_easy_cleanup);
    if (handle == nullptr) throw std::bad_alloc();
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // Not the environment's: receivers are near.
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeoutMs);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    return handle;
}

void WebhookSender::submit(Delivery delivery) {
    waiting_.push_back(std::move(delivery));
}

void WebhookSender::drive() {
    while (!waiting_.empty() && in_flight_.size() < kInFlightMax) {
        Delivery next = std::move(waiting_.front());
        waiting_.pop_front();
        begin(std::move(next));
    }
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    collect_finished();
}

void WebhookSender::wait(int timeout_ms) {
    // What finished has made room for more: no waiting then.
    if (!waiting_.empty() && in_flight_.size() < kInFlightMax) return;
    curl_multi_poll(multi_.get(), nullptr, 0, timeout_ms, nullptr);
}

void WebhookSender::wake() {
    curl_multi_wakeup(multi_.get());
}

void WebhookSender::begin(Delivery delivery) {
    ++delivery.tries;
    Handle handle = idle_.empty() ? make_handle() : std::move(idle_.back());
    if (!idle_.empty()) idle_.pop_back();
    auto transfer = std::make_unique<Transfer>(std::move(handle), std::move(delivery));
    const Delivery& sent = transfer->delivery;
    const std::int64_t timestamp_sec = host_->now_ms(host_) / 1000;
    transfer->add_header("Content-Type: application/json");
    transfer->add_header("Expect:");
    transfer->add_header("webhook-id: " + sent.message_id);
    transfer->add_header("webhook-timestamp: " + std::to_string(timestamp_sec));
    if (!key_.empty()) {
        transfer->add_header("webhook-signature: " +
                             signature_of(key_, sent.message_id, timestamp_sec, sent.body));
    }
    CURL* curl = transfer->handle.get();
    curl_easy_setopt(curl, CURLOPT_URL, sent.url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sent.body.data());
    curl_multi_add_handle(multi_.get(), curl);
    in_flight_.emplace(curl, std::move(transfer));
}

void WebhookSender::collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        // The message is gone once its handle is removed.
        CURL* const handle = message->easy_handle;
        const CURLcode code = message->data.result;
        finished(handle, code);
    }
}

void WebhookSender::finished(CURL* handle, CURLcode code) {
    curl_multi_remove_handle(multi_.get(), handle);
    auto node = in_flight_.extract(handle);
    Transfer& transfer = *node.mapped();
    long status = 0;
    curl_off_t retry_after_sec = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after_sec);
    idle_.push_back(std::move(transfer.handle));
    Delivery delivery = std::move(transfer.delivery);
    const bool is_done = is_delivered(code, status);
    const bool is_last = is_done || status == kGone || delivery.tries >= kTriesMax;
    if (!is_done) {
        const std::string why =
            code != CURLE_OK ? curl_easy_strerror(code) : "HTTP " + std::to_string(status);
        report_failure(delivery, why, is_last);
    }
    delivery.tried(is_last);
    if (!is_last) try_again(std::move(delivery), retry_after_sec * 1'000);
}

void WebhookSender::try_again(Delivery delivery, std::int64_t retry_after_ms) {
    const std::int64_t grown_ms = kFirstRetryMs << (delivery.tries - 1);
    const std::int64_t delay_ms = std::min(std::max(grown_ms, retry_after_ms), kRetryMsMax);
    auto again = std::make_shared<Delivery>(std::move(delivery));
    later_(monotonic_ns() + delay_ms * kNsPerMs, [this, again] { submit(std::move(*again)); });
}

void WebhookSender::report_failure(const Delivery& delivery, const std::string& why, bool is_last) {
    ++failures_unsaid_;
    const std::int64_t now_ns = monotonic_ns();
    if (now_ns < report_after_ns_) return;
    report_after_ns_ = now_ns + kReportEveryMs * kNsPerMs;
    // Without the query: it carries the sealed reference.
    const std::string address = delivery.url.substr(0, delivery.url.find('?'));
    const std::string line = "webhook " + delivery.message_id + " to " + address + ": " + why +
                             " at try " + std::to_string(delivery.tries) +
                             (is_last ? ", given up; " : ", will be tried again; ") +
                             std::to_string(failures_unsaid_) + " failed since the last line";
    host_->log(host_, EBRA_LOG_WARN, plugin::str(line));
    failures_unsaid_ = 0;
}

}  // namespace ebra::sim
