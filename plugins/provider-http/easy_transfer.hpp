/// @file
/// EasyTransfer: one request on one libcurl easy handle, with the guard that keeps it from being
/// sent twice. Lives on the loop's thread alone.
#pragma once

#include "header_lines.hpp"
#include "transfer.hpp"

#include "ebra/abi/host.h"

#include <cstddef>
#include <cstdint>
#include <curl/curl.h>
#include <functional>
#include <string>

namespace ebra::provider_http {

struct LoopSettings;

class EasyTransfer {
 public:
    EasyTransfer(HttpRequest request, OnAnswer done, std::uint64_t taken_at_ns);

    /// Writes into a new `easy` what is the same for all requests of a loop.
    static void prepare(CURL* easy, const LoopSettings& settings);

    /// Writes the request into a prepared `easy`, over the one before it. `about_to_send` is called
    /// when its first byte is about to leave. This must outlive the transfer.
    void set_up(CURL* easy, const LoopSettings& settings, const ebra_host* host,
                std::function<void()> about_to_send);

    /// What to answer when libcurl is through with it.
    HttpAnswer outcome(CURLcode code);
    /// What to answer when it is ended from outside.
    HttpAnswer ended(std::string trouble) const;

    CURL* easy() const { return easy_; }
    bool is_too_late_to_send(std::uint64_t now_ns) const;
    bool has_waited_too_long(std::uint64_t now_ns) const;
    void call_done(HttpAnswer&& answer) { done_(std::move(answer)); }

 private:
    void set_up_request(CURL* easy);
    int before_request();
    std::size_t take_header(const char* data, std::size_t size);
    std::size_t take_body(const char* data, std::size_t size);

    static int on_prereq(void* self, char*, char*, int, int);
    static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self);
    static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self);

    HttpRequest request_;
    OnAnswer done_;
    const std::uint64_t taken_at_ns_;
    const ebra_host* host_ = nullptr;
    std::function<void()> about_to_send_;
    HeaderLines header_lines_;
    CURL* easy_ = nullptr;
    std::size_t answer_bytes_max_ = 0;

    bool is_sent_ = false;
    bool was_stopped_from_resending_ = false;
    bool was_late_ = false;
    bool is_head_complete_ = false;
    bool is_too_large_ = false;
    std::size_t header_bytes_ = 0;
    Headers headers_;
    std::string body_;
};

}  // namespace ebra::provider_http
