#include "open_operations.hpp"

#include "ebra/plugin.hpp"

#include <optional>
#include <utility>

namespace ebra::sim {

void complete_now(const ebra_host* host, ebra_op op, const Answer& answer,
                  const ebra_event* event) {
    auto result = plugin::sized<ebra_op_result>();
    result.answer = answer.answer;
    result.error_class = answer.error_class;
    result.http_status = answer.http_status;
    result.retry_after_ms = answer.retry_after_ms;
    result.provider_call_id = plugin::str(answer.provider_call_id);
    result.message = plugin::str(answer.message);
    result.event = event;
    // EBRA_STALE is no failure: the host has timed it out and takes the answer as evidence.
    (void)host->op_done(host, op, &result);
}

void OpenOperations::hold(ebra_op op, Answer answer) {
    const std::lock_guard lock(mutex_);
    open_.emplace(op, std::move(answer));
}

void OpenOperations::lose(ebra_op op, Answer answer) {
    std::optional<ebra_op> oldest;
    {
        const std::lock_guard lock(mutex_);
        open_.emplace(op, std::move(answer));
        lost_.push_back(op);
        if (lost_.size() > kLostMax) {
            oldest = lost_.front();
            lost_.pop_front();
        }
    }
    if (oldest) complete(*oldest);
}

void OpenOperations::complete(ebra_op op) {
    Answer answer;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(op);
        if (found == open_.end()) return;
        answer = std::move(found->second);
        open_.erase(found);
    }
    complete_now(host_, op, answer);
}

void OpenOperations::complete_all() {
    std::unordered_map<ebra_op, Answer> rest;
    {
        const std::lock_guard lock(mutex_);
        rest.swap(open_);
        lost_.clear();
    }
    for (const auto& [op, answer] : rest) complete_now(host_, op, answer);
}

}  // namespace ebra::sim
