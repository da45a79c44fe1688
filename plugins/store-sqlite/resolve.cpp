#include "resolve.hpp"

#include "outcome_rules.hpp"

#include <utility>

namespace ebra::sqlite {

namespace {

Target conflict(std::optional<CallRecord> call) {
    Target target;
    target.status = EBRA_CONFLICT;
    target.call = std::move(call);
    return target;
}

Target refused(ebra_status status) {
    Target target;
    target.status = status;
    return target;
}

Target found(Session& session, CallRecord call, std::uint32_t number) {
    Target target;
    target.status = EBRA_OK;
    target.placement = find_placement(session, call.seq, number);
    target.call = std::move(call);
    return target;
}

Target resolve_by_call(Session& session, const StepRecord& step, CallRecord call) {
    const std::uint32_t number = step.placement != 0 ? step.placement : call.placements;
    Target target = found(session, std::move(call), number);
    if (!target.placement) {
        const bool is_misnamed = step.placement != 0;
        return is_misnamed ? conflict(std::move(target.call)) : target;
    }
    const bool has_other_id =
        !step.provider_call_id.empty() && !target.placement->provider_call_id.empty();
    if (is_other_provider(step, *target.placement) || has_other_id) {
        return conflict(std::move(target.call));
    }
    target.is_new_id = !step.provider_call_id.empty();
    return target;
}

/// `call` is the one the step names, when it names one.
Target resolve_by_id(Session& session, const StepRecord& step, const Mapping& mapping,
                     std::optional<CallRecord> call) {
    if (!call) call = find_call(session, mapping.call_seq);
    if (!call) return refused(EBRA_NOT_FOUND);
    if (step.placement != 0 && step.placement != mapping.number) return conflict(std::move(call));
    Target target = found(session, *std::move(call), mapping.number);
    if (target.placement && is_other_provider(step, *target.placement)) {
        return conflict(std::move(target.call));
    }
    return target;
}

}  // namespace

Target resolve(Session& session, const StepRecord& step) {
    if (step.call_id.empty() && step.provider_call_id.empty()) {
        return refused(EBRA_INVALID_ARGUMENT);
    }
    std::optional<CallRecord> named;
    if (!step.call_id.empty()) {
        named = find_call(session, step.call_id);
        if (!named) return refused(EBRA_NOT_FOUND);
    }
    const std::vector<Mapping> mappings =
        step.provider_call_id.empty()
            ? std::vector<Mapping>()
            : find_mappings(session, step.provider, step.provider_call_id);
    if (mappings.empty()) {
        return named ? resolve_by_call(session, step, *std::move(named)) : refused(EBRA_KEPT);
    }
    // An id that two providers gave to two calls says nothing without its provider.
    const bool is_ambiguous = mappings.size() > 1;
    const bool disagrees = named && named->seq != mappings.front().call_seq;
    if (is_ambiguous || disagrees) return conflict(std::move(named));
    return resolve_by_id(session, step, mappings.front(), std::move(named));
}

std::vector<Mapping> find_mappings(Session& session, const std::string& provider,
                                   const std::string& provider_call_id) {
    std::vector<Mapping> mappings;
    Statement row = session.connection.query(Sql::kMappingFind, provider_call_id, provider);
    while (row.step()) mappings.push_back({row.integer(0), row.number<std::uint32_t>(1)});
    return mappings;
}

}  // namespace ebra::sqlite
