#include "webhooks.hpp"

#include "world.hpp"

namespace ebra::simulation {

namespace {

constexpr int kTriesMax = 40;
constexpr std::int64_t kAgainMs = 1'000;
constexpr std::int64_t kLateMsMax = 120'000;
constexpr int kCopies = 3;

std::int32_t other(std::int32_t outcome) {
    return outcome == EBRA_OUTCOME_COMPLETED ? EBRA_OUTCOME_FAILED : EBRA_OUTCOME_COMPLETED;
}

}  // namespace

void Webhooks::follow(const Dial& dial, const std::string& ref) {
    Faults& faults = world_.faults();
    Report report{&dial,
                  ref,
                  EBRA_EVENT_ENDED,
                  dial.outcome,
                  dial.provider_call_id + "/end",
                  world_.random().below(4)};
    const std::int64_t live_ms = dial.until - dial.from;
    if (faults.happens(Fault::kWebhookProgress)) {
        Report rings = report;
        rings.form = 0;
        rings.kind = EBRA_EVENT_RINGING;
        rings.outcome = EBRA_OUTCOME_NONE;
        rings.dedup_key = dial.provider_call_id + "/rings";
        // It may ring before the start is answered.
        plan(rings, world_.below(100));
        rings.kind = EBRA_EVENT_ANSWERED;
        rings.dedup_key = dial.provider_call_id + "/answered";
        plan(rings, world_.below(live_ms));
    }
    if (faults.happens(Fault::kWebhookDropped)) return;
    const bool is_first = dial.reference.ends_with(".1");
    if (faults.happens(Fault::kWebhookHeld) && is_first) {
        report.form = world_.random().below(3);
        held_.emplace(dial.reference.substr(0, dial.reference.rfind('.')), report);
        return;
    }
    std::int64_t delay_ms = live_ms + world_.below(200);
    if (faults.happens(Fault::kWebhookLate)) delay_ms += world_.below(kLateMsMax);
    const int copies = faults.happens(Fault::kWebhookRepeated) ? kCopies : 1;
    for (int copy = 0; copy < copies; ++copy) plan(report, delay_ms + copy * 50);
    if (faults.happens(Fault::kWebhookEnriches)) {
        Report details = report;
        details.kind = EBRA_EVENT_ENRICHED;
        details.outcome = EBRA_OUTCOME_NONE;
        details.dedup_key = dial.provider_call_id + "/details";
        plan(details, delay_ms + world_.below(5'000));
    }
    if (faults.happens(Fault::kWebhookContradicts)) {
        Report wrong = report;
        wrong.outcome = other(dial.outcome);
        wrong.dedup_key = dial.provider_call_id + "/wrong";
        // Each copy names the call in full: what only repeats must not count again.
        wrong.form = 2;
        for (int copy = 0; copy < kCopies; ++copy) plan(wrong, delay_ms + 2'000 + copy * 300);
    }
}

void Webhooks::let_go(const std::string& call_id) {
    const auto [first, end] = held_.equal_range(call_id);
    for (auto held = first; held != end; ++held) {
        // Mostly while the new start is under way, when nobody expects it.
        constexpr std::int64_t kWithinMs[] = {100, 300, 1'500, 20'000};
        plan(held->second, world_.below(kWithinMs[world_.below(4)]));
    }
    held_.erase(first, end);
}

void Webhooks::report_hang_up(const Dial& dial) {
    Report report{&dial, "", EBRA_EVENT_ENDED, dial.outcome, dial.provider_call_id + "/hung-up", 1};
    plan(report, dial.until - world_.now() + 10);
}

void Webhooks::plan(Report report, std::int64_t delay_ms) {
    const bool is_planned_end = !report.ref.empty();
    world_.after(delay_ms, [this, report, is_planned_end] {
        // A call that was ended by order ends once.
        if (report.dial->was_canceled && is_planned_end) return;
        send(report, kTriesMax);
    });
}

void Webhooks::send(const Report& report, int tries_left) {
    // Only a provider's own form can say more than how the call ended.
    const bool has_own_form = report.dial->provider == "beta";
    const bool needs_own_form = report.kind != EBRA_EVENT_ENDED;
    if (needs_own_form && !has_own_form) return;
    if (needs_own_form || (has_own_form && report.form == 3)) return send_own(report, tries_left);
    send_plain(report, tries_left);
}

void Webhooks::send_plain(const Report& report, int tries_left) {
    SimulatedNode* node = world_.some_node();
    if (node == nullptr) {
        return answered(report, tries_left, world_.now(),
                        Error{ErrorCode::kUnavailable, "nobody listens"});
    }
    StatusCallback callback;
    if (report.form != 1) callback.ref = report.ref;
    if (report.form == 1 || report.form == 2) {
        callback.provider_call_id = report.dial->provider_call_id;
    }
    // Some say their own id where another says ours.
    if (report.form == 3) callback.call_id = report.dial->provider_call_id;
    callback.outcome = static_cast<Outcome>(report.outcome);
    callback.dedup_key = report.dedup_key;
    callback.completed_at = report.dial->until;
    node->node().callbacks.take(callback, [this, node, report, tries_left,
                                           asked_at = world_.now()](Result<CallbackAnswer> answer) {
        if (node->is_dead()) {
            answer = Error{ErrorCode::kUnavailable, "the connection broke"};
        }
        answered(report, tries_left, asked_at, answer);
    });
    node->nudge(world_.now());
}

void Webhooks::send_own(const Report& report, int tries_left) {
    SimulatedNode* node = world_.some_node();
    if (node == nullptr) {
        return answered(report, tries_left, world_.now(),
                        Error{ErrorCode::kUnavailable, "nobody listens"});
    }
    ProviderWebhook webhook;
    webhook.provider = report.dial->provider;
    if (report.form != 1) webhook.ref = report.ref;
    webhook.body = std::to_string(report.kind) + " " + std::to_string(report.outcome) + " " +
                   report.dial->provider_call_id + " " + report.dedup_key;
    node->node().callbacks.take(webhook, [this, node, report, tries_left,
                                          asked_at = world_.now()](Result<CallbackAnswer> answer) {
        if (node->is_dead()) {
            answer = Error{ErrorCode::kUnavailable, "the connection broke"};
        }
        answered(report, tries_left, asked_at, answer);
    });
    node->nudge(world_.now());
}

void Webhooks::answered(const Report& report, int tries_left, TimeMs asked_at,
                        const Result<CallbackAnswer>& answer) {
    const bool is_end = report.kind == EBRA_EVENT_ENDED;
    if (!answer) {
        world_.count("webhook refused");
        if (tries_left == 0) return;
        return world_.after(kAgainMs, [this, report, tries_left] { send(report, tries_left - 1); });
    }
    switch (answer->kind) {
        case CallbackAnswer::Kind::kApplied:
            world_.count("webhook applied");
            break;
        case CallbackAnswer::Kind::kRecorded:
            world_.count("webhook recorded only");
            break;
        case CallbackAnswer::Kind::kKept:
            world_.count("webhook kept until its call is known");
            break;
    }
    if (is_end) {
        // A second delivery of what is kept is known, and still belongs to no call.
        const bool is_kept = answer->kind == CallbackAnswer::Kind::kKept || !answer->call;
        world_.observer().webhook_taken(*report.dial, is_kept);
    }
    if (answer->call) world_.show(*answer->call, asked_at);
}

}  // namespace ebra::simulation
