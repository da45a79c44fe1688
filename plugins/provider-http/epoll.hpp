/// @file
/// Epoll: the descriptors a TransferLoop waits on, and a bell that ends a wait from any thread. It
/// asks the kernel only for what changes: a kept connection that is between two requests stays
/// registered. All but `ring` belongs to the loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace ebra::provider_http {

class Epoll {
 public:
    /// Throws std::runtime_error when the system has no descriptors left.
    Epoll();
    ~Epoll();
    Epoll(const Epoll&) = delete;
    Epoll& operator=(const Epoll&) = delete;

    /// From its opening to its closing, what is registered for `socket` is remembered. A descriptor
    /// whose opening was not told (a resolver's own) may be closed and its number reused without a
    /// word, so for it the kernel is asked each time.
    void opened(int socket);
    void closed(int socket);

    /// Watches `socket` for reading and writing as asked; neither = not any more.
    void watch(int socket, bool for_reading, bool for_writing);

    /// Ends the current or the next wait. Any thread; does not block.
    void ring();

    /// Waits up to `timeout_ms` (-1 = without end) and calls `ready` per descriptor that has
    /// something.
    void wait(int timeout_ms, const std::function<void(int socket, int curl_events)>& ready);

 private:
    struct Watch {
        bool is_followed = false;      ///< Its opening was told, and its closing will be.
        std::uint32_t registered = 0;  ///< With the kernel; 0 = not at all.
        std::uint32_t wanted = 0;
    };

    Watch& watch_of(int socket);
    void watch_unfollowed(int socket, std::uint32_t wanted);
    void control(int operation, int socket, std::uint32_t events);

    int epoll_ = -1;
    int bell_ = -1;
    std::vector<Watch> watches_;  ///< By descriptor.
};

}  // namespace ebra::provider_http
