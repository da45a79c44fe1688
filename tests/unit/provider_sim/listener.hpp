/// @file
/// Listener: a tiny HTTP server on a free loopback port that keeps every request and answers with
/// the statuses it is told to, then with 200. One thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace ebra::sim::test {

struct Request {
    std::string target;
    std::map<std::string, std::string> headers;  ///< Names in small letters.
    std::string body;
    std::chrono::steady_clock::time_point at;

    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

class Listener {
 public:
    /// `statuses` are the first answers, in order; 0 = close the connection without one.
    explicit Listener(std::deque<int> statuses = {});
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// "http://127.0.0.1:<port>/callbacks/call-status?ref=<ref>"
    std::string url(const std::string& ref = "x") const;

    /// Waits until there are `count` requests; those there are after `patience` otherwise.
    std::vector<Request> wait(std::size_t count, std::chrono::milliseconds patience) const;

    std::size_t count() const;

 private:
    struct Connection {
        int fd;
        std::string input;
    };

    void run();
    bool read_from(Connection& connection);
    /// Takes one request off the input; false when it is not complete.
    bool take_request(Connection& connection, bool& closes);
    int next_status();

    int listening_;
    int stopping_[2];
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::deque<int> statuses_;       // Guarded by mutex_.
    std::vector<Request> requests_;  // Guarded by mutex_.
    std::thread thread_;
};

}  // namespace ebra::sim::test
