/// @file
/// Readers: a small pool of reading connections. A read sees one snapshot and never waits for the
/// writer. Thread-safe; blocks when all connections are in use.
#pragma once

#include "lanes.hpp"
#include "options.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace ebra::sqlite {

class Readers {
 public:
    explicit Readers(const Options& options);

    /// Runs `body` in one snapshot. Throws StoreError.
    void read(const std::function<void(Session&)>& body);

 private:
    std::unique_ptr<Session> take();
    void give_back(std::unique_ptr<Session> session);

    const Options options_;

    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Session>> idle_;  ///< Guarded by mutex_.
    std::size_t in_use_ = 0;                      ///< Guarded by mutex_.
};

}  // namespace ebra::sqlite
