#include "lookups.hpp"

#include <new>
#include <pthread.h>

namespace ebra::sim {

Lookups::~Lookups() {
    stop();
}

bool Lookups::ask(Question question) {
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || waiting_.size() >= kWaitingMax) return false;
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    waiting_.push_back(std::move(question));
    has_work_.notify_one();
    return true;
}

void Lookups::stop() {
    std::thread ending;
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        ending.swap(thread_);
        has_work_.notify_one();
    }
    if (ending.joinable()) ending.join();
}

bool Lookups::refresh() {
    try {
        return index_.refresh();
    } catch (const std::bad_alloc&) {
        return false;  // Said to whoever asked, as "can not say".
    }
}

void Lookups::run() {
    pthread_setname_np(pthread_self(), "ebra-sim-look");
    while (true) {
        std::deque<Question> asked;
        bool is_last = false;
        {
            std::unique_lock lock(mutex_);
            has_work_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
            asked.swap(waiting_);
            is_last = is_stopping_;
        }
        const bool can_say = !is_last && !asked.empty() && refresh();
        for (const Question& question : asked) {
            question.answer(can_say,
                            can_say ? index_.find(question.reference, question.id) : nullptr);
        }
        if (is_last) return;
    }
}

}  // namespace ebra::sim
