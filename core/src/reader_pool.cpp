#include "reader_pool.hpp"

#include <pthread.h>

namespace ebra {

ReaderPool::ReaderPool(std::size_t threads, std::size_t queue_max) : queue_max_(queue_max) {
    for (std::size_t n = 0; n < threads; ++n) {
        threads_.emplace_back([this] { work(); });
        pthread_setname_np(threads_.back().native_handle(), "ebra-reader");
    }
}

ReaderPool::~ReaderPool() {
    stop();
}

bool ReaderPool::run(std::function<void()> read) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_ || queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(read));
    }
    ready_.notify_one();
    return true;
}

void ReaderPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void ReaderPool::work() {
    for (;;) {
        std::function<void()> read;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            read = std::move(queue_.front());
            queue_.pop_front();
        }
        read();
    }
}

}  // namespace ebra
