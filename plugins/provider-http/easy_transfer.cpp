#include "easy_transfer.hpp"

#include "text.hpp"
#include "transfer_loop.hpp"

#include <algorithm>
#include <string_view>

namespace ebra::provider_http {

namespace {

/// Answers are short: small buffers keep ten thousand calls in flight cheap.
constexpr long kReceiveBufferBytes = 4 * 1024;
/// libcurl's least, instead of 64 KiB for each call in flight over TLS.
constexpr long kSendBufferBytes = 16 * 1024;
/// A kept connection older than this is not used again, since servers close theirs about then.
constexpr long kKeptConnectionAgeMaxS = 50;
constexpr long kKeepAliveIdleS = 30;
/// "100 Continue" is one more way to send a body twice. No libcurl has ever asked for it with a
/// body smaller than this, and each header line costs.
constexpr std::size_t kExpectBodyBytesMin = 1024;

}  // namespace

EasyTransfer::EasyTransfer(HttpRequest request, OnAnswer done, std::uint64_t taken_at_ns)
    : request_(std::move(request)), done_(std::move(done)), taken_at_ns_(taken_at_ns) {}

void EasyTransfer::prepare(CURL* easy, const LoopSettings& settings) {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_PROXY, settings.proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings.ca_file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, settings.connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kKeptConnectionAgeMaxS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleS);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kSendBufferBytes);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &EasyTransfer::on_prereq);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &EasyTransfer::on_header);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &EasyTransfer::on_body);
}

void EasyTransfer::set_up(CURL* easy, const LoopSettings& settings, const ebra_host* host,
                          std::function<void()> about_to_send) {
    easy_ = easy;
    host_ = host;
    about_to_send_ = std::move(about_to_send);
    answer_bytes_max_ = settings.answer_bytes_max;
    // Waiting for a connection to tell whether it can carry more is for TLS: plain HTTP/1.1 cannot.
    const bool is_tls = request_.url.rfind("https:", 0) == 0;
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, is_tls ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.answer_within_ms));
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    set_up_request(easy);
}

void EasyTransfer::set_up_request(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
    const bool has_body = !request_.body.empty() || request_.method == "POST";
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    if (has_body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
    }
    const bool is_usual = request_.method == (has_body ? "POST" : "GET");
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, is_usual ? nullptr : request_.method.c_str());
    const bool has_content_type =
        std::any_of(request_.headers.begin(), request_.headers.end(),
                    [](const auto& header) { return header.first == "Content-Type"; });
    std::vector<std::string_view> more;
    if (has_body && !has_content_type) more.emplace_back("Content-Type:");
    if (request_.body.size() >= kExpectBodyBytesMin) more.emplace_back("Expect:");
    header_lines_.set(request_.headers, more);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_lines_.list());
}

/// libcurl calls this each time a request is about to be sent, so also when it would send it again
/// by itself, which it does when a kept connection dies unanswered.
int EasyTransfer::before_request() {
    if (is_sent_ && !request_.may_be_sent_twice) {
        was_stopped_from_resending_ = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (is_too_late_to_send(host_->monotonic_ns(host_))) {
        was_late_ = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (!is_sent_) about_to_send_();
    is_sent_ = true;
    return CURL_PREREQFUNC_OK;
}

std::size_t EasyTransfer::take_header(const char* data, std::size_t size) {
    header_bytes_ += size;
    if (header_bytes_ > kHeaderBytesMax) {
        is_too_large_ = true;
        return 0;
    }
    const std::string_view line = trimmed(std::string_view(data, size));
    if (line.empty()) {
        is_head_complete_ = true;
        return size;
    }
    if (is_head_complete_ && line.rfind("HTTP/", 0) != 0) return size;  // A trailer.
    if (line.rfind("HTTP/", 0) == 0) {
        is_head_complete_ = false;
        headers_.clear();
        return size;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    headers_.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    return size;
}

std::size_t EasyTransfer::take_body(const char* data, std::size_t size) {
    if (body_.size() + size > answer_bytes_max_) {
        is_too_large_ = true;
        return 0;
    }
    body_.append(data, size);
    return size;
}

HttpAnswer EasyTransfer::outcome(CURLcode code) {
    HttpAnswer answer;
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    answer.vendor_code = code;
    if (code == CURLE_OK && is_head_complete_ && is_sent_) {
        answer.fate = Fate::kAnswered;
        answer.status = static_cast<int>(status);
        answer.headers = std::move(headers_);
        answer.body = std::move(body_);
        return answer;
    }
    answer.fate = is_sent_ ? Fate::kLost : Fate::kNotSent;
    if (is_sent_) answer.status = static_cast<int>(status);
    if (was_stopped_from_resending_) {
        answer.trouble = "the connection was closed before an answer came";
    } else if (was_late_) {
        answer.trouble = "not sent in time";
    } else if (is_too_large_) {
        answer.trouble =
            "the answer is larger than " + std::to_string(answer_bytes_max_) + " bytes";
    } else if (code == CURLE_OK) {
        answer.trouble = "the answer breaks off in its headers";
    } else {
        answer.trouble = curl_easy_strerror(code);
    }
    return answer;
}

HttpAnswer EasyTransfer::ended(std::string trouble) const {
    HttpAnswer answer;
    answer.fate = is_sent_ ? Fate::kLost : Fate::kNotSent;
    answer.trouble = std::move(trouble);
    return answer;
}

bool EasyTransfer::is_too_late_to_send(std::uint64_t now_ns) const {
    return request_.send_by_ns != 0 && now_ns >= request_.send_by_ns;
}

bool EasyTransfer::has_waited_too_long(std::uint64_t now_ns) const {
    const auto within_ns = static_cast<std::uint64_t>(request_.answer_within_ms) * 1'000'000;
    return is_too_late_to_send(now_ns) || now_ns >= taken_at_ns_ + within_ns;
}

int EasyTransfer::on_prereq(void* self, char*, char*, int, int) {
    return static_cast<EasyTransfer*>(self)->before_request();
}

std::size_t EasyTransfer::on_header(char* data, std::size_t one, std::size_t size, void* self) {
    return static_cast<EasyTransfer*>(self)->take_header(data, one * size);
}

std::size_t EasyTransfer::on_body(char* data, std::size_t one, std::size_t size, void* self) {
    return static_cast<EasyTransfer*>(self)->take_body(data, one * size);
}

}  // namespace ebra::provider_http
