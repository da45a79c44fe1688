#include "results.hpp"

#include "ebra/plugin.hpp"

namespace ebra::rules {

namespace {

using plugin::sized;
using plugin::str;

ebra_limit to_abi(const LimitState& state) {
    auto limit = sized<ebra_limit>();
    limit.key = str(state.limit.key);
    limit.max_in_flight = state.limit.max_in_flight;
    limit.grants_per_1000s = state.limit.grants_per_1000s;
    limit.burst = state.limit.burst;
    limit.in_flight = state.in_flight;
    limit.paused = state.limit.paused ? 1 : 0;
    limit.blocked_until = state.limit.blocked_until;
    limit.note = str(state.limit.note);
    return limit;
}

ebra_reason to_abi(const Reason& record) {
    auto reason = sized<ebra_reason>();
    reason.why = record.why;
    reason.subject = str(record.subject);
    reason.until = record.until;
    return reason;
}

ebra_entry to_abi(const Entry& record) {
    auto entry = sized<ebra_entry>();
    entry.kind = record.kind;
    entry.placement = record.placement;
    entry.status = record.status;
    entry.outcome = record.outcome;
    entry.applied = record.is_applied ? 1 : 0;
    entry.at = record.at;
    entry.provider_call_id = str(record.provider_call_id);
    entry.detail = str(record.detail);
    return entry;
}

ebra_outbox_row to_abi(const OutboxRow& record) {
    auto row = sized<ebra_outbox_row>();
    row.status = record.status;
    row.sequence = record.sequence;
    row.call_id = str(record.call_id);
    row.at = record.at;
    return row;
}

template <typename Record, typename Sink>
void put_each(const std::vector<Record>& records, const Sink& sink) {
    for (const Record& record : records) {
        const auto put = to_abi(record);
        sink.put(sink.context, &put);
    }
}

}  // namespace

void put_items(const std::vector<ItemResult>& items, const ebra_item_sink& sink) {
    for (std::size_t index = 0; index < items.size(); ++index) {
        const ItemResult& item = items[index];
        if (item.call) {
            sink.put(sink.context, index, item.status, AbiCall(*item.call).get());
        } else {
            sink.put(sink.context, index, item.status, nullptr);
        }
    }
}

void put_limits(const std::vector<LimitState>& limits, const ebra_limit_sink& sink) {
    put_each(limits, sink);
}

void put_reasons(const std::vector<Reason>& reasons, const ebra_reason_sink& sink) {
    put_each(reasons, sink);
}

void put_entries(const std::vector<Entry>& entries, const ebra_entry_sink& sink) {
    put_each(entries, sink);
}

void put_placements(const std::vector<PlacementRecord>& placements,
                    const ebra_placement_sink& sink) {
    put_each(placements, sink);
}

void put_outbox(const std::vector<OutboxRow>& rows, const ebra_outbox_sink& sink) {
    put_each(rows, sink);
}

void put_lines(const std::vector<std::string>& lines, const ebra_text_sink& sink) {
    for (const std::string& line : lines) sink.put(sink.context, str(line));
}

}  // namespace ebra::rules
