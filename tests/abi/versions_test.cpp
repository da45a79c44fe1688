// Hosts and plugins of other minor versions: smaller structs, whose end is the end of memory, and
// larger ones, whose tail is rubbish. Neither side may look beyond the struct_size it is told, nor
// take a tail it does not know for anything.
#include "at_edge.hpp"
#include "frozen_instance.hpp"

#include <gmock/gmock.h>
#include <string>

namespace ebra {
namespace {

// Sizes in ABI 1.0, by the last field of each struct there.
#define EBRA_SIZE_UP_TO(type, field) (offsetof(type, field) + sizeof(((type*)nullptr)->field))
constexpr std::size_t kHostBytes = EBRA_SIZE_UP_TO(ebra_host, get_interface);
constexpr std::size_t kErrorBytes = EBRA_SIZE_UP_TO(ebra_error, message);
constexpr std::size_t kStartBytes = EBRA_SIZE_UP_TO(ebra_start_request, callback_url);
constexpr std::size_t kCallBytes = EBRA_SIZE_UP_TO(ebra_call, placement);
constexpr std::size_t kSpecBytes = EBRA_SIZE_UP_TO(ebra_call_spec, cap_key_count);
constexpr std::size_t kStoreBytes = EBRA_SIZE_UP_TO(ebra_store, wake);
constexpr std::size_t kProviderBytes = EBRA_SIZE_UP_TO(ebra_provider, webhook);
#undef EBRA_SIZE_UP_TO
constexpr std::size_t kFutureBytes = 64;

std::string load_edge(const std::string& plugin) {
    PluginFolder folder;
    folder.put(plugin);
    return folder.refusal(plugin);
}

TEST(OldPlugin, ADescriptorWithoutItsOptionalTailLoads) {
    EXPECT_EQ(load_edge("edge-past"), "loaded");
}

TEST(FuturePlugin, ADescriptorWithAnUnknownTailLoads) {
    EXPECT_EQ(load_edge("edge-future"), "loaded");
}

TEST(OldPlugin, AStoreTableIsReadNoFurtherThanItsSize) {
    const FrozenInstance frozen;
    const auto* table =
        static_cast<const ebra_store*>(frozen.descriptor->get_interface(EBRA_STORE_ID));
    for (std::size_t size = 8; size <= kStoreBytes; size += 8) {
        AtEdge<ebra_store> edge(*table, size);

        EXPECT_EQ(check_store_table("x", edge.get()).ok(), size == kStoreBytes) << size;
    }
}

TEST(OldPlugin, AProviderTableIsReadNoFurtherThanItsSize) {
    const FrozenInstance frozen;
    const auto* table =
        static_cast<const ebra_provider*>(frozen.descriptor->get_interface(EBRA_PROVIDER_ID));
    const std::size_t required = offsetof(ebra_provider, start_call) + sizeof table->start_call;
    for (std::size_t size = 8; size <= kProviderBytes; size += 8) {
        AtEdge<ebra_provider> edge(*table, size);

        EXPECT_EQ(check_provider_table("x", edge.get()).ok(), size >= required) << size;
        EXPECT_EQ(check_provider_capabilities("x", edge.get(), EBRA_PROVIDER_WEBHOOKS).ok(),
                  size == kProviderBytes)
            << size;
    }
}

TEST(FuturePlugin, TablesWithAnUnknownTailAreCutToOurs) {
    const FrozenInstance frozen;
    const auto* store =
        static_cast<const ebra_store*>(frozen.descriptor->get_interface(EBRA_STORE_ID));
    const auto* provider =
        static_cast<const ebra_provider*>(frozen.descriptor->get_interface(EBRA_PROVIDER_ID));
    AtEdge<ebra_store> future_store(*store, sizeof *store + kFutureBytes);
    AtEdge<ebra_provider> future_provider(*provider, sizeof *provider + kFutureBytes);

    const auto checked_store = check_store_table("x", future_store.get());
    const auto checked_provider = check_provider_table("x", future_provider.get());

    ASSERT_TRUE(checked_store && checked_provider);
    EXPECT_EQ(checked_store.value().struct_size, sizeof(ebra_store));
    EXPECT_EQ(checked_provider.value().struct_size, sizeof(ebra_provider));
}

/// Starts a call at the frozen plugin under a host, and with requests and an error, that have
/// `tail` bytes more than ABI 1.0. Returns the provider's id of the call.
std::string start_under_host(std::size_t tail) {
    FrozenInstance frozen;
    ebra_host table = *frozen.host.table();
    table.abi_minor = tail == 0 ? 0 : 9;
    AtEdge<ebra_host> host(table, kHostBytes + tail);
    EXPECT_EQ(frozen.create("{}", host.get()), EBRA_OK) << frozen.message;

    ebra_call_spec asked{};
    asked.to = abi_text("+14155550100");
    AtEdge<ebra_call_spec> spec(asked, kSpecBytes + tail);
    ebra_call whole{};
    whole.spec = spec.get();
    AtEdge<ebra_call> call(whole, kCallBytes + tail);
    ebra_start_request start{};
    start.send_by_ns = frozen.clock.monotonic_ns() + 1;
    start.call = call.get();
    start.reference = abi_text("c-1.1");
    AtEdge<ebra_start_request> request(start, kStartBytes + tail);
    AtEdge<ebra_error> error(ebra_error{}, kErrorBytes + tail);

    const auto* provider =
        static_cast<const ebra_provider*>(frozen.descriptor->get_interface(EBRA_PROVIDER_ID));
    EXPECT_EQ(provider->start_call(frozen.self, request.get(), 7, error.get()), EBRA_OK);
    frozen.descriptor->destroy(frozen.self);
    frozen.self = nullptr;
    return frozen.completion.provider_call_id;
}

TEST(PastHost, ThePluginReadsNothingBeyondWhat10Has) {
    EXPECT_EQ(start_under_host(0), "frozen-c-1.1");
}

TEST(FutureHost, ThePluginTakesNoNoticeOfATailItDoesNotKnow) {
    EXPECT_EQ(start_under_host(kFutureBytes), "frozen-c-1.1");
}

}  // namespace
}  // namespace ebra
