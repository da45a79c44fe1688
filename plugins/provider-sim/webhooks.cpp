// The Simulator's second half: a call's end and its webhook. All of it runs on the loop's thread.
#include "real_time.hpp"
#include "reports.hpp"
#include "simulator.hpp"

#include "ebra/plugin.hpp"

namespace ebra::sim {

namespace {

/// A webhook that is to come after a later one waits for it at most this long.
constexpr std::int64_t kHeldBackMsMax = 1'000;

}  // namespace

bool Simulator::owes_webhook(const DialedCall& call) const {
    return options_.auto_callback && call.fate.webhook != WebhookFault::kMissing &&
           !call.callback_url.empty();
}

void Simulator::ended(const CallPtr& call) {
    if (call->is_over.exchange(true)) return;
    const bool is_owed = owes_webhook(*call);
    live_.remove(*call, is_owed);
    if (call->callback_url.empty()) warn_once_without_url();
    if (!is_owed) return;
    owe_webhook(
        call, status_body(*call, status_of(call->fate.ending), *call->end_ns, call->fate.talk_ms));
}

void Simulator::owe_webhook(const CallPtr& call, std::string body) {
    const WebhookFault fault = call->fate.webhook;
    std::int64_t delay_ms = fault == WebhookFault::kEarly ? 0 : options_.callback_delay_ms;
    if (fault == WebhookFault::kLate) delay_ms += options_.webhook_late_ms;
    if (delay_ms == 0) return send_webhook(call, body);
    loop_.at(monotonic_ns() + delay_ms * kNsPerMs,
             [this, call, body = std::move(body)] { send_webhook(call, body); });
}

void Simulator::send_webhook(const CallPtr& call, const std::string& body) {
    if (call->fate.webhook == WebhookFault::kReordered) return hold_back(call, body);
    post(call, body, true);
    // The same message again, at once: both are on the wire together.
    if (call->fate.webhook == WebhookFault::kDuplicate) post(call, body, false);
    release_held(next_held_);
}

/// It goes out after the next webhook, or alone when none comes.
void Simulator::hold_back(const CallPtr& call, std::string body) {
    held_.push_back({next_held_++, call, std::move(body)});
    loop_.at(monotonic_ns() + kHeldBackMsMax * kNsPerMs,
             [this, up_to = next_held_] { release_held(up_to); });
}

void Simulator::release_held(std::uint64_t up_to) {
    while (!held_.empty() && held_.front().number < up_to) {
        post(held_.front().call, held_.front().body, true);
        held_.pop_front();
    }
}

/// `is_the_one` is false for a repetition: then another one settles the call.
void Simulator::post(const CallPtr& call, const std::string& body, bool is_the_one) {
    Delivery delivery;
    delivery.url = call->callback_url;
    delivery.body = body;
    delivery.message_id = "msg_" + call->id;
    delivery.tried = [this, call, is_the_one](bool is_last) {
        const bool makes_start_wait = call->fate.webhook == WebhookFault::kEarly &&
                                      call->fate.start != StartFate::kLostAnswer;
        if (makes_start_wait) operations_.complete(call->op);
        if (is_last && is_the_one) live_.settled();
    };
    loop_.sender().submit(std::move(delivery));
}

void Simulator::warn_once_without_url() {
    if (has_warned_.exchange(true)) return;
    host_->log(host_, EBRA_LOG_WARN,
               plugin::str("auto_callback is on, but calls have no callback URL, so nobody learns "
                           "how they end; set [http] public_url"));
}

}  // namespace ebra::sim
