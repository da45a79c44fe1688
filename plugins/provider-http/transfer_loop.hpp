/// @file
/// TransferLoop: one thread that runs all HTTP requests of an instance on one libcurl multi handle:
/// connections are kept and shared, HTTP/2 is used where TLS offers it. Owned by the provider;
/// `submit` may be called from any thread and never blocks. It never sends a request twice that may
/// not be, follows no redirect, and speaks nothing but http and https.
#pragma once

#include "easy_transfer.hpp"
#include "epoll.hpp"
#include "transfer.hpp"

#include "ebra/abi/host.h"

#include <atomic>
#include <cstddef>
#include <curl/curl.h>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ebra::provider_http {

/// Requests between hand-over to libcurl and their first byte. A host name is looked up in a thread
/// of its own each time until the first look-up is in libcurl's cache, so this also bounds threads.
inline constexpr std::size_t kUnsentMax = 64;
/// Bytes of one answer's headers, all lines together.
inline constexpr std::size_t kHeaderBytesMax = 64 * 1024;

struct LoopSettings {
    std::size_t in_hand_max = 16'384;  ///< Requests taken on and not done yet.
    long connections_max = 16'384;     ///< Open connections, kept ones included.
    long connect_timeout_ms = 10'000;  ///< Look-up, connection and TLS handshake.
    std::size_t answer_bytes_max = 1024 * 1024;
    std::string proxy;    ///< Empty = none, whatever the environment says.
    std::string ca_file;  ///< Empty = the system's.
};

class TransferLoop {
 public:
    /// Starts the thread. Throws std::runtime_error when the system has no descriptors left.
    TransferLoop(const ebra_host* host, LoopSettings settings);
    /// Stops: what is unsent ends as kNotSent, what is under way as kLost. Joins the thread.
    ~TransferLoop();
    TransferLoop(const TransferLoop&) = delete;
    TransferLoop& operator=(const TransferLoop&) = delete;

    /// Takes a request on. False: `in_hand_max` is reached or the loop stops; `done` is not called.
    bool submit(HttpRequest request, OnAnswer done);

    std::size_t in_hand() const { return in_hand_.load(); }

 private:
    using Transfer = EasyTransfer;

    void run();
    void take_submitted();
    void admit();
    void begin(std::unique_ptr<Transfer> transfer);
    void drive(int socket, int events);
    void collect();
    void finish(CURL* easy, CURLcode code);
    void end(std::unique_ptr<Transfer> transfer, HttpAnswer&& answer);
    void end_active(CURL* easy, HttpAnswer&& answer);
    CURL* take_handle();
    void give_back(CURL* easy);
    void expire();
    void expire_waiting(std::uint64_t now_ns);
    void end_all();
    int wait_ms() const;
    void set_up_multi();
    std::uint64_t now_ns() const { return host_->monotonic_ns(host_); }

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int on_timer(CURLM*, long timeout_ms, void* self);
    static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int on_close(void* self, curl_socket_t socket);

    const ebra_host* const host_;
    const LoopSettings settings_;
    std::atomic<std::size_t> in_hand_{0};
    std::atomic<bool> is_stopping_{false};

    std::mutex mutex_;
    std::deque<std::unique_ptr<Transfer>> submitted_;  // Guarded by mutex_.

    // The loop thread's own.
    Epoll epoll_;
    CURLM* multi_ = nullptr;
    std::deque<std::unique_ptr<Transfer>> waiting_;
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> active_;
    std::unordered_set<Transfer*> unsent_;
    std::vector<CURL*> idle_handles_;
    std::uint64_t timer_at_ns_ = 0;  ///< When libcurl wants to be called; 0 = not.
    std::uint64_t expire_at_ns_ = 0;

    std::thread thread_;
};

}  // namespace ebra::provider_http
