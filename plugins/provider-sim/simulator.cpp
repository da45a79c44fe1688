#include "simulator.hpp"

#include "real_time.hpp"
#include "reports.hpp"
#include "signature.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ebra::sim {

namespace {

using plugin::copy;
using plugin::fail;

constexpr std::int64_t kBusyRetryAfterMs = 1'000;
constexpr std::int32_t kServiceUnavailable = 503;
constexpr std::int32_t kUnprocessable = 422;
constexpr std::int32_t kTooManyRequests = 429;

Answer placed_as(const DialedCall& call) {
    Answer answer;
    answer.answer = EBRA_START_PLACED;
    answer.http_status = 200;
    answer.provider_call_id = call.id;
    return answer;
}

Answer refused(std::int32_t error_class, std::int32_t http_status, std::int64_t retry_after_ms,
               std::string message) {
    Answer answer;
    answer.answer = EBRA_START_REFUSED;
    answer.error_class = error_class;
    answer.http_status = http_status;
    answer.retry_after_ms = retry_after_ms;
    answer.message = std::move(message);
    return answer;
}

Answer no_capacity(std::int64_t retry_after_ms, std::string message) {
    return refused(EBRA_CLASS_CAPACITY, kTooManyRequests, retry_after_ms, std::move(message));
}

Answer simply(std::int32_t value, std::string message) {
    Answer answer;
    answer.answer = value;
    answer.message = std::move(message);
    return answer;
}

std::shared_ptr<DialedCall> describe(const ebra_start_request& request, const Fate& fate,
                                     ebra_op op) {
    auto call = std::make_shared<DialedCall>();
    call->reference = copy(request.reference);
    call->callback_url = copy(request.callback_url);
    call->call_id = copy(request.call->spec->id);
    call->number = copy(request.call->spec->to);
    if (request.call->placement != nullptr)
        call->provider = copy(request.call->placement->provider);
    call->fate = fate;
    call->op = op;
    return call;
}

}  // namespace

Simulator::Simulator(const ebra_host* host, Options options)
    : host_(host),
      options_(std::move(options)),
      ledger_(options_.ledger),
      operations_(host),
      live_(options_.capacity),
      lookups_(options_.ledger),
      loop_(host, key_of_secret(options_.callback_secret).value_or("")) {
    loop_.start();
}

Simulator::~Simulator() {
    loop_.stop();
    lookups_.stop();
    operations_.complete_all();
    if (loop_.pending() == 0) return;
    const std::string line =
        std::to_string(loop_.pending()) + " calls and webhooks were under way and are dropped";
    host_->log(host_, EBRA_LOG_INFO, plugin::str(line));
}

std::uint64_t Simulator::capabilities() const {
    const std::uint64_t query = options_.query == QueryMode::kAbsent ? 0 : EBRA_PROVIDER_QUERY;
    return EBRA_PROVIDER_CANCEL | EBRA_PROVIDER_SPEAKS_CALL_STATUS | query;
}

std::int64_t Simulator::visibility_delay_ms() const {
    return options_.query == QueryMode::kLagging ? options_.query_lag_ms : 0;
}

// ---- a start

ebra_status Simulator::start(const ebra_start_request& request, ebra_op op, ebra_error* error) {
    if (request.call == nullptr || request.reference.size == 0) {
        return fail(error, EBRA_INVALID_ARGUMENT, "a start needs a call and a reference");
    }
    // What refuses was asked, so a refusal too is something that was sent.
    if (host_->monotonic_ns(host_) >= request.send_by_ns) return end_unsent(op);
    const Fate fate = draw_fate(options_, plugin::view(request.reference));
    if (is_refused(fate, op)) return EBRA_OK;
    switch (live_.enter()) {
        case LiveCalls::Entry::kEntered:
            break;
        case LiveCalls::Entry::kAtCapacity:
            answer_after(op,
                         no_capacity(options_.retry_after_ms,
                                     "the simulator's capacity of " +
                                         std::to_string(options_.capacity) + " calls is in use"),
                         fate.answer_ms);
            return EBRA_OK;
        case LiveCalls::Entry::kTooMany:
            return fail(error, EBRA_UNAVAILABLE,
                        "too many calls are in flight or wait for their webhook to be delivered", 0,
                        kBusyRetryAfterMs);
    }
    const CallPtr call = describe(request, fate, op);
    const ebra_status status = dial(call, request, error);
    if (status == EBRA_TIMEOUT) return end_unsent(op);
    if (status != EBRA_OK) return status;
    try {
        answer_start(call);
    } catch (const std::exception&) {
        // Out of memory with the phone ringing already: never to be taken for "not sent".
        complete_now(host_, op, simply(EBRA_START_UNKNOWN, ""));
    }
    return EBRA_OK;
}

ebra_status Simulator::end_unsent(ebra_op op) {
    auto late = simply(EBRA_START_NOT_SENT, "the time to send was over before the dial");
    late.error_class = EBRA_CLASS_TRANSIENT;
    complete_now(host_, op, late);
    return EBRA_OK;
}

bool Simulator::is_refused(const Fate& fate, ebra_op op) {
    switch (fate.start) {
        case StartFate::kRefusedTransient:
            answer_after(op,
                         refused(EBRA_CLASS_TRANSIENT, kServiceUnavailable, 0,
                                 "the simulator refused the call for now, as its script says"),
                         fate.answer_ms);
            return true;
        case StartFate::kRefusedPermanent:
            answer_after(op,
                         refused(EBRA_CLASS_PERMANENT, kUnprocessable, 0,
                                 "the simulator refused the call for good, as its script says"),
                         fate.answer_ms);
            return true;
        case StartFate::kNoCapacity:
            answer_after(op,
                         no_capacity(options_.retry_after_ms,
                                     "the simulator has no room, as its script says"),
                         fate.answer_ms);
            return true;
        case StartFate::kPlaced:
        case StartFate::kLostAnswer:
            return false;
    }
    return false;
}

/// The line in the ledger is the dial: before it nothing has happened, after it the phone rings.
ebra_status Simulator::dial(const CallPtr& call, const ebra_start_request& request,
                            ebra_error* error) {
    call->dialed_ns = monotonic_ns();
    call->dialed_wall_ms = wall_ms();
    if (options_.auto_callback) {
        call->end_ns = call->dialed_ns + (call->fate.ring_ms + call->fate.talk_ms) * kNsPerMs;
    }
    live_.add(call, host_->now_ms(host_));
    const std::string line = dial_line(*call);
    if (host_->monotonic_ns(host_) >= request.send_by_ns) {
        live_.remove(*call, false);
        return EBRA_TIMEOUT;
    }
    if (ledger_.append(line)) return EBRA_OK;
    const std::string why = std::strerror(errno);
    live_.remove(*call, false);
    return fail(error, EBRA_UNAVAILABLE,
                "the simulator's ledger " + options_.ledger + " can not be written (" + why +
                    "); make room or correct its permissions",
                0, kBusyRetryAfterMs);
}

void Simulator::answer_start(const CallPtr& call) {
    const bool is_early = call->fate.webhook == WebhookFault::kEarly && owes_webhook(*call);
    if (call->fate.start == StartFate::kLostAnswer) {
        operations_.lose(call->op,
                         simply(EBRA_START_UNKNOWN, "the answer was lost, as the script says"));
    } else if (is_early) {
        operations_.hold(call->op, placed_as(*call));
    }
    if (call->end_ns) loop_.at(*call->end_ns, [this, call] { ended(call); });
    if (call->fate.start == StartFate::kLostAnswer || is_early) return;
    answer_after(call->op, placed_as(*call), call->fate.answer_ms);
}

void Simulator::answer_after(ebra_op op, Answer answer, std::int64_t delay_ms) {
    if (delay_ms == 0) return complete_now(host_, op, answer);
    operations_.hold(op, std::move(answer));
    loop_.at(monotonic_ns() + delay_ms * kNsPerMs, [this, op] { operations_.complete(op); });
}

// ---- a question

ebra_status Simulator::look_up(const ebra_placement_request& request, ebra_error* error,
                               std::function<void(bool, const LedgerEntry*)> answer) {
    Lookups::Question question;
    question.reference = copy(request.reference);
    if (request.call != nullptr && request.call->placement != nullptr) {
        question.id = copy(request.call->placement->provider_call_id);
    }
    question.answer = std::move(answer);
    if (lookups_.ask(std::move(question))) return EBRA_OK;
    return fail(error, EBRA_UNAVAILABLE, "too many questions wait for the simulator's ledger", 0,
                kBusyRetryAfterMs);
}

ebra_status Simulator::query(const ebra_placement_request& request, ebra_op op, ebra_error* error) {
    if (options_.query == QueryMode::kAbsent) {
        return fail(error, EBRA_UNSUPPORTED, "this simulator has no query");
    }
    if (options_.query == QueryMode::kCannotSay) {
        complete_now(host_, op, simply(EBRA_QUERY_UNABLE, "the simulator can not say"));
        return EBRA_OK;
    }
    const std::int64_t lag_ms = visibility_delay_ms();
    const bool is_placed = request.call != nullptr && request.call->placement != nullptr;
    const std::int64_t claimed_at = is_placed ? request.call->placement->claimed_at : 0;
    return look_up(request, error, [=, this](bool can_say, const LedgerEntry* entry) {
        if (!can_say) {
            return complete_now(host_, op, simply(EBRA_QUERY_UNABLE, "the ledger is not readable"));
        }
        const std::int64_t now_ns = monotonic_ns();
        const bool is_hidden = entry != nullptr && entry->boot == boot_tag() &&
                               now_ns < entry->dialed_ns + lag_ms * kNsPerMs;
        if (entry == nullptr || is_hidden) {
            const bool may_turn_up = lag_ms > 0 && host_->now_ms(host_) < claimed_at + lag_ms;
            return complete_now(
                host_, op,
                simply(is_hidden || may_turn_up ? EBRA_NOT_FOUND_WEAK : EBRA_NOT_FOUND_EXACT, ""));
        }
        const ebra_event event = event_of(*entry, now_ns);
        Answer found = simply(EBRA_FOUND, "");
        found.provider_call_id = entry->id;
        complete_now(host_, op, found, &event);
    });
}

// ---- a cancel

ebra_status Simulator::cancel(const ebra_placement_request& request, ebra_op op,
                              ebra_error* error) {
    const bool is_placed = request.call != nullptr && request.call->placement != nullptr;
    const auto id =
        is_placed ? plugin::view(request.call->placement->provider_call_id) : std::string_view();
    const CallPtr call = live_.find(plugin::view(request.reference), id);
    if (call != nullptr) {
        cancel_live(call, op);
        return EBRA_OK;
    }
    if (options_.ledger.empty()) {
        complete_now(host_, op, simply(EBRA_CANCEL_UNABLE, "this process has no such call"));
        return EBRA_OK;
    }
    return look_up(request, error, [this, op](bool can_say, const LedgerEntry* entry) {
        const bool has_ended = can_say && entry != nullptr && is_over(*entry, monotonic_ns());
        complete_now(host_, op,
                     has_ended ? simply(EBRA_CANCEL_TOO_LATE, "the call had ended")
                               : simply(EBRA_CANCEL_UNABLE, "this process has no such call"));
    });
}

void Simulator::cancel_live(const CallPtr& call, ebra_op op) {
    const std::int64_t now_ns = monotonic_ns();
    const bool has_ended = call->end_ns && now_ns >= *call->end_ns;
    if (has_ended || call->is_over.exchange(true)) {
        return complete_now(host_, op, simply(EBRA_CANCEL_TOO_LATE, "the call had ended"));
    }
    if (!ledger_.append(end_line(*call, now_ns, wall_ms(), "canceled"))) {
        // Nobody could prove that it ended: it goes on as planned.
        call->is_over.store(false);
        if (call->end_ns) loop_.at(*call->end_ns, [this, call] { ended(call); });
        return complete_now(host_, op, simply(EBRA_CANCEL_UNABLE, "the ledger can not be written"));
    }
    const bool is_owed = owes_webhook(*call);
    live_.remove(*call, is_owed);
    if (is_owed) {
        const std::int64_t rang_ns = call->fate.ring_ms * kNsPerMs;
        const std::int64_t talked_ns =
            call->fate.talk_ms > 0 ? std::max<std::int64_t>(now_ns - call->dialed_ns - rang_ns, 0)
                                   : 0;
        loop_.at(now_ns,
                 [this, call, body = status_body(*call, "FAILED", now_ns, talked_ns / kNsPerMs)] {
                     owe_webhook(call, body);
                 });
    }
    complete_now(host_, op, simply(EBRA_CANCEL_DONE, ""));
}

}  // namespace ebra::sim
