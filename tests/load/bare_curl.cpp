#include "bare_curl.hpp"

#include <stdexcept>

namespace ebra::test {

namespace {

constexpr int kBodyBytes = 250;
constexpr int kWaitMs = 100;

std::size_t swallow(char*, std::size_t one, std::size_t size, void*) {
    return one * size;
}

}  // namespace

BareCurl::BareCurl(std::string url, std::string ca_file)
    : url_(std::move(url)),
      ca_file_(std::move(ca_file)),
      body_(kBodyBytes, ' '),
      multi_(curl_multi_init()),
      headers_(nullptr) {
    for (const char* line : {"Idempotency-Key: 0190a5c4-7b1e-7000-8000-0000000000aa.1",
                             "User-Agent: bare", "Content-Type: application/json"}) {
        headers_ = curl_slist_append(headers_, line);
    }
}

BareCurl::~BareCurl() {
    for (CURL* easy : handles_) {
        curl_multi_remove_handle(multi_, easy);
        curl_easy_cleanup(easy);
    }
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
}

void BareCurl::run(int count, int at_once) {
    int started = 0;
    int done = 0;
    for (; started < at_once; ++started) add();
    while (done < count) {
        int running = 0;
        curl_multi_perform(multi_, &running);
        done += collect([&] { return started++ < count; });
        if (done < count) curl_multi_poll(multi_, nullptr, 0, kWaitMs, nullptr);
    }
}

void BareCurl::pile_up(int count, int unsent_max, const std::function<int()>& arrived) {
    int started = 0;
    while (arrived() < count) {
        for (; started < count && started < arrived() + unsent_max; ++started) add();
        int running = 0;
        curl_multi_perform(multi_, &running);
        if (collect([] { return false; }) > 0) {
            throw std::runtime_error(
                "answered before the last was sent: not all in flight at once");
        }
        curl_multi_poll(multi_, nullptr, 0, 1, nullptr);
    }
}

void BareCurl::add() {
    CURL* const easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (!ca_file_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file_.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body_.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &swallow);
    handles_.push_back(easy);
    curl_multi_add_handle(multi_, easy);
}

int BareCurl::collect(const std::function<bool()>& again) {
    int done = 0;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        CURL* const easy = message->easy_handle;
        if (message->data.result != CURLE_OK) {
            throw std::runtime_error(curl_easy_strerror(message->data.result));
        }
        ++done;
        curl_multi_remove_handle(multi_, easy);
        if (again()) curl_multi_add_handle(multi_, easy);
    }
    return done;
}

}  // namespace ebra::test
