#include "records.hpp"

namespace ebra::memory {

ebra_placement PlacementRecord::view() const {
    ebra_placement made = fields;
    made.provider = plugin::str(provider);
    made.provider_call_id = plugin::str(provider_call_id);
    made.provider_state = plugin::str(provider_state);
    made.node = plugin::str(node);
    made.reason = plugin::str(reason);
    made.cost_currency = plugin::str(cost_currency);
    made.recording_url = plugin::str(recording_url);
    made.transcript_url = plugin::str(transcript_url);
    return made;
}

PlacementRecord* CallRecord::placement(std::uint32_t number) {
    if (number == 0) return mapped_by_hand ? &*mapped_by_hand : nullptr;
    return number <= placements.size() ? &placements[number - 1] : nullptr;
}

bool is_open(const PlacementRecord& placement) {
    return placement.fields.state <= EBRA_PLACEMENT_UNKNOWN;
}

bool is_terminal(const CallRecord& call) {
    return call.state.status >= EBRA_CALL_COMPLETED;
}

}  // namespace ebra::memory
