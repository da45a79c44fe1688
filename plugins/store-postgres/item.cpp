#include "item.hpp"

namespace ebra::postgres {

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

}  // namespace ebra::postgres
