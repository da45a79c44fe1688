/// @file
/// Epoll: the descriptors a TransferLoop waits on, and a bell that ends a wait from any thread.
#pragma once

#include <functional>

namespace ebra::provider_http {

class Epoll {
 public:
    /// Throws std::runtime_error when the system has no descriptors left.
    Epoll();
    ~Epoll();
    Epoll(const Epoll&) = delete;
    Epoll& operator=(const Epoll&) = delete;

    /// Watches `socket` for reading and writing as asked; neither = not any more.
    void watch(int socket, bool for_reading, bool for_writing);

    /// Ends the current or the next wait. Any thread; does not block.
    void ring();

    /// Waits up to `timeout_ms` (-1 = without end) and calls `ready` per descriptor that has
    /// something.
    void wait(int timeout_ms, const std::function<void(int socket, int curl_events)>& ready);

 private:
    int epoll_ = -1;
    int bell_ = -1;
};

}  // namespace ebra::provider_http
