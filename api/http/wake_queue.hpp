/// @file
/// WakeQueue: connections that have more to read after an answer came from another thread, waiting
/// for their worker. One per worker, owned by its transport and shared with its connections. Any
/// thread pushes, the worker takes; never blocks.
#pragma once

#include "http/unique_fd.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace ebra {

class Connection;

class WakeQueue {
 public:
    WakeQueue();

    /// Readable while something waits; for the worker's poller. Negative when the system had none.
    int fd() const { return event_.get(); }

    /// Hands `connection` to the worker; dropped after close(). A connection is in here at most
    /// once, so connections_max bounds the queue.
    void push(std::shared_ptr<Connection> connection);

    /// Takes all that wait. Worker only.
    std::vector<std::shared_ptr<Connection>> take();

    /// The worker ends: drops all that wait and all that comes.
    void close();

 private:
    const UniqueFd event_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<Connection>> waiting_;  // Both guarded by mutex_.
    bool is_closed_ = false;
};

}  // namespace ebra
