/// @file
/// Sinks that collect what a store puts, as owning values. Used on one thread, for one call.
#pragma once

#include "plugin/store.hpp"

#include <string>
#include <vector>

namespace ebra {

/// A sink of type `Sink` whose put() appends to `into` what `Convert` makes of the plugin's struct.
template <typename Sink, typename Value, typename AbiStruct>
Sink collect_into(std::vector<Value>& into) {
    Sink sink{};
    sink.context = &into;
    sink.put = [](void* context, const AbiStruct* item) {
        static_cast<std::vector<Value>*>(context)->push_back(from_abi(*item));
    };
    return sink;
}

inline ebra_call_sink collect_calls(std::vector<Call>& into) {
    return collect_into<ebra_call_sink, Call, ebra_call>(into);
}

/// Item results by index; an index out of range is ignored.
inline ebra_item_sink collect_items(std::vector<ItemResult>& into) {
    ebra_item_sink sink{};
    sink.context = &into;
    sink.put = [](void* context, std::size_t index, ebra_status status, const ebra_call* call) {
        auto& items = *static_cast<std::vector<ItemResult>*>(context);
        if (index >= items.size()) return;
        items[index].status = status;
        if (call != nullptr) items[index].call = from_abi(*call);
    };
    return sink;
}

}  // namespace ebra
