#include "resolve.hpp"

namespace ebra::postgres {

namespace {

Target conflict(LoadedCall* call) {
    return {EBRA_CONFLICT, call, nullptr, false};
}

Target refused(ebra_status status) {
    return {status, nullptr, nullptr, false};
}

Target resolve_by_call(const StepRecord& step, LoadedCall& named) {
    const std::uint32_t number = step.placement != 0 ? step.placement : named.call.placements;
    PlacementRecord* placement = named.placement(number);
    if (placement == nullptr) {
        const bool is_misnamed = step.placement != 0;
        return is_misnamed ? conflict(&named) : Target{EBRA_OK, &named, nullptr, false};
    }
    const bool has_other_id =
        !step.provider_call_id.empty() && !placement->provider_call_id.empty();
    if (is_other_provider(step, *placement) || has_other_id) return conflict(&named);
    return {EBRA_OK, &named, placement, !step.provider_call_id.empty()};
}

Target resolve_by_id(Batch& batch, const StepRecord& step, const Mapping& mapping) {
    LoadedCall* call = batch.find(mapping.call_seq);
    if (call == nullptr) return refused(EBRA_NOT_FOUND);
    if (step.placement != 0 && step.placement != mapping.number) return conflict(call);
    PlacementRecord* placement = call->placement(mapping.number);
    if (placement != nullptr && is_other_provider(step, *placement)) return conflict(call);
    return {EBRA_OK, call, placement, false};
}

}  // namespace

Target resolve(Batch& batch, const StepRecord& step) {
    if (step.call_id.empty() && step.provider_call_id.empty()) {
        return refused(EBRA_INVALID_ARGUMENT);
    }
    LoadedCall* named = nullptr;
    if (!step.call_id.empty()) {
        named = batch.find(step.call_id);
        if (named == nullptr) return refused(EBRA_NOT_FOUND);
    }
    const std::vector<Mapping> mappings =
        step.provider_call_id.empty() ? std::vector<Mapping>()
                                      : batch.mappings(step.provider, step.provider_call_id);
    if (mappings.empty()) {
        return named != nullptr ? resolve_by_call(step, *named) : refused(EBRA_KEPT);
    }
    // An id that two providers gave to two calls says nothing without its provider.
    const bool is_ambiguous = mappings.size() > 1;
    const bool disagrees = named != nullptr && named->call.seq != mappings.front().call_seq;
    if (is_ambiguous || disagrees) return conflict(named);
    return resolve_by_id(batch, step, mappings.front());
}

}  // namespace ebra::postgres
