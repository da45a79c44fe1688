/// @file
/// ServerFixture: a real HttpServer on a free port with a few handlers, and a thread that answers
/// deferred requests when the test says so. One per test.
#pragma once

#include "client.hpp"
#include "http/server.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ebra {

/// One thread that runs what it is given, in order; the rest runs before the destructor returns.
class TaskThread {
 public:
    TaskThread();
    ~TaskThread();
    void post(std::function<void()> task);

 private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool is_ending_ = false;
    std::thread thread_;
};

/// GET /now?tag= answers at once, GET /soon?tag= from another thread, GET /later?tag= when the test
/// calls release(), GET /big?bytes= with that many bytes, POST /echo with its body, GET /drop
/// never.
class ServerFixture : public testing::Test {
 protected:
    ServerFixture();
    ~ServerFixture() override;

    /// Starts the server with `options_` as they are now.
    void start();
    /// Blocks until that many /later requests have come in.
    void wait_for_later(std::size_t count);
    /// Answers all /later requests that came in, from the calling thread.
    void release();
    /// Blocks until `is_reached` holds of the counters; false after ten seconds.
    bool wait_for_stats(const std::function<bool(const HttpStats&)>& is_reached) const;
    Client connect() const { return Client(server_->port()); }

    HttpServerOptions options_;
    std::unique_ptr<HttpServer> server_;

 private:
    Router make_router();

    std::vector<std::unique_ptr<TaskThread>> threads_;
    std::atomic<std::size_t> next_thread_{0};
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::pair<std::string, Responder>> later_;
};

}  // namespace ebra
