#include "step_report.hpp"

#include "log.hpp"

namespace ebra {

namespace {

std::string_view event_of(std::int32_t step) {
    switch (step) {
        case EBRA_STEP_ACCEPTED:
            return "call_started";
        case EBRA_STEP_LOST:
            return "call_unknown";
        case EBRA_STEP_NOT_SENT:
            return "call_not_sent";
        case EBRA_STEP_REFUSED:
            return "call_refused";
        case EBRA_STEP_ENDED:
            return "call_ended";
        case EBRA_STEP_ENRICH:
            return "call_enriched";
        case EBRA_STEP_PROGRESS:
            return "call_progressed";
        case EBRA_STEP_RELEASE:
            return "claim_released";
        case EBRA_STEP_RETRY:
            return "call_retried";
        case EBRA_STEP_FAIL:
            return "call_failed";
        case EBRA_STEP_GIVE_UP:
            return "call_given_up";
        case EBRA_STEP_CANCEL:
            return "call_canceled";
        case EBRA_STEP_MAP:
            return "call_mapped";
        default:
            return "step_applied";
    }
}

void count_applied(const Step& step, const ItemResult& item, Metrics& metrics) {
    switch (step.step) {
        case EBRA_STEP_ACCEPTED:
            metrics.started.Increment();
            break;
        case EBRA_STEP_LOST:
            metrics.unknown.Increment();
            break;
        case EBRA_STEP_NOT_SENT:
        case EBRA_STEP_REFUSED:
            metrics.refused.Increment();
            break;
        case EBRA_STEP_RELEASE:
            metrics.released.Increment();
            break;
        case EBRA_STEP_RETRY:
            metrics.retried.Increment();
            break;
        case EBRA_STEP_GIVE_UP:
            metrics.given_up.Increment();
            break;
        default:
            break;
    }
    if (step.step != EBRA_STEP_ENDED && step.step != EBRA_STEP_FAIL) return;
    if (!item.call) return;
    if (item.call->status == CallStatus::kCompleted) metrics.settled_completed.Increment();
    if (item.call->status == CallStatus::kFailed) metrics.settled_failed.Increment();
}

}  // namespace

void report_step(const Step& step, const ItemResult& item, Metrics& metrics) {
    if (item.status == EBRA_OK) count_applied(step, item, metrics);
    if (item.status == EBRA_STALE) metrics.stale_decisions.Increment();
    const auto level = item.status == EBRA_OK ? log::Level::kInfo : log::Level::kDebug;
    if (!log::enabled(level)) return;
    const std::string_view status = item.call ? name_of(item.call->status) : std::string_view();
    log::write(level, event_of(step.step),
               {{"call", item.call ? std::string_view(item.call->id) : step.call_id},
                {"attempt", item.call ? item.call->attempts : 0},
                {"placement", step.placement},
                {"status", status},
                {"result", item.status},
                {"provider_call_id", step.provider_call_id},
                {"reason", step.reason}});
}

}  // namespace ebra
