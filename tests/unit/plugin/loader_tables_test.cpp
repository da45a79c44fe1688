#include "plugin/loader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gmock/gmock.h>

namespace ebra {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kHeadBytes = offsetof(ebra_store, capabilities);
static_assert(kHeadBytes == offsetof(ebra_provider, capabilities));

/// A table whose every slot is some pointer: the checks look at them and call none.
template <typename Table>
Table full_table() {
    Table table{};
    std::memset(reinterpret_cast<char*>(&table) + kHeadBytes, 1, sizeof table - kHeadBytes);
    table.struct_size = sizeof table;
    return table;
}

template <typename Table>
void clear_slot(Table& table, std::size_t slot) {
    std::memset(reinterpret_cast<char*>(&table) + kHeadBytes + slot * sizeof(void*), 0,
                sizeof(void*));
}

std::uint64_t webhooks_only(void*) {
    return EBRA_PROVIDER_WEBHOOKS;
}

ebra_status start_nothing(void*, const ebra_start_request*, ebra_op, ebra_error*) {
    return EBRA_UNAVAILABLE;
}

/// A provider with only what is required.
ebra_provider least_provider() {
    ebra_provider table{};
    table.struct_size = sizeof table;
    table.capabilities = webhooks_only;
    table.start_call = start_nothing;
    return table;
}

TEST(StoreTable, ACompleteOneIsCopied) {
    const ebra_store table = full_table<ebra_store>();

    const auto checked = check_store_table("store-x", &table);

    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(std::memcmp(&checked.value(), &table, sizeof table), 0);
}

TEST(StoreTable, EveryFunctionOf10IsRequired) {
    const std::size_t slots = (sizeof(ebra_store) - kHeadBytes) / sizeof(void*);
    for (std::size_t slot = 0; slot < slots; ++slot) {
        ebra_store table = full_table<ebra_store>();
        clear_slot(table, slot);

        const auto checked = check_store_table("store-x", &table);

        ASSERT_FALSE(checked) << "slot " << slot;
        EXPECT_THAT(checked.error().message,
                    AllOf(StartsWith("plugin \"store-x\": "), HasSubstr("required function"),
                          HasSubstr("; ask its author")));
    }
}

TEST(StoreTable, AFunctionBeyondStructSizeIsMissing) {
    ebra_store table = full_table<ebra_store>();
    table.struct_size = offsetof(ebra_store, wake);

    const auto checked = check_store_table("store-x", &table);

    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("required function wake"));
}

TEST(StoreTable, HalfAFunctionIsMissing) {
    ebra_store table = full_table<ebra_store>();
    table.struct_size = sizeof table - 3;

    const auto checked = check_store_table("store-x", &table);

    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("required function wake"));
}

TEST(StoreTable, ATableFromTheFutureIsCutToOurs) {
    struct {
        ebra_store known = full_table<ebra_store>();
        void* future = nullptr;
    } table;
    table.known.struct_size = sizeof table;

    const auto checked = check_store_table("store-x", &table.known);

    ASSERT_TRUE(checked);
    EXPECT_EQ(checked.value().struct_size, sizeof(ebra_store));
}

TEST(StoreTable, NoneAtAllIsRefused) {
    const auto checked = check_store_table("store-x", nullptr);

    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message,
                HasSubstr("does not offer the interface \"ebra.store/1\""));
}

TEST(ProviderTable, WhatIsOptionalAnswersUnsupported) {
    const ebra_provider table = least_provider();

    const auto checked = check_provider_table("provider-x", &table);

    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(checked.value().visibility_delay_ms(nullptr), 0);
    EXPECT_EQ(checked.value().query_call(nullptr, nullptr, 0, nullptr), EBRA_UNSUPPORTED);
    EXPECT_EQ(checked.value().cancel_call(nullptr, nullptr, 0, nullptr), EBRA_UNSUPPORTED);
    EXPECT_EQ(checked.value().webhook(nullptr, nullptr, nullptr, nullptr), EBRA_UNSUPPORTED);
    EXPECT_EQ(checked.value().start_call(nullptr, nullptr, 0, nullptr), EBRA_UNAVAILABLE);
}

TEST(ProviderTable, ATailBeyondStructSizeIsNotRead) {
    ebra_provider table = full_table<ebra_provider>();
    table.struct_size = offsetof(ebra_provider, query_call);

    const auto checked = check_provider_table("provider-x", &table);

    ASSERT_TRUE(checked);
    EXPECT_EQ(checked.value().query_call(nullptr, nullptr, 0, nullptr), EBRA_UNSUPPORTED);
    EXPECT_EQ(checked.value().webhook(nullptr, nullptr, nullptr, nullptr), EBRA_UNSUPPORTED);
}

TEST(ProviderTable, CapabilitiesAndStartAreRequired) {
    ebra_provider without_capabilities = least_provider();
    without_capabilities.capabilities = nullptr;
    ebra_provider without_start = least_provider();
    without_start.start_call = nullptr;

    EXPECT_THAT(check_provider_table("provider-x", &without_capabilities).error().message,
                HasSubstr("required function capabilities"));
    EXPECT_THAT(check_provider_table("provider-x", &without_start).error().message,
                HasSubstr("required function start_call"));
}

TEST(ProviderTable, APromisedCapabilityNeedsItsFunction) {
    const ebra_provider table = least_provider();
    const auto message = [&](std::uint64_t bits) {
        return check_provider_capabilities("provider-x", &table, bits).error().message;
    };

    EXPECT_THAT(message(EBRA_PROVIDER_WEBHOOKS), HasSubstr("required function webhook, which"));
    EXPECT_THAT(message(EBRA_PROVIDER_QUERY), HasSubstr("required function query_call, which"));
    EXPECT_THAT(message(EBRA_PROVIDER_CANCEL), HasSubstr("required function cancel_call, which"));
}

TEST(ProviderTable, UnknownCapabilityBitsAreIgnored) {
    const ebra_provider table = least_provider();

    EXPECT_TRUE(check_provider_capabilities("provider-x", &table, std::uint64_t{1} << 40));
}

}  // namespace
}  // namespace ebra
