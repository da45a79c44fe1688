#include "store_needs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const void* everything(const char*) {
    return "";
}

const void* nothing(const char*) {
    return nullptr;
}

ebra_plugin plugin_that_offers(const void* (*get_interface)(const char*)) {
    ebra_plugin made{};
    made.struct_size = sizeof made;
    made.id = "other-store";
    made.get_interface = get_interface;
    return made;
}

TEST(StoreNeeds, AreMetByAnyStoreAsLongAsNothingIsAsked) {
    EXPECT_THAT(unmet_needs(Config(), plugin_that_offers(nothing)), IsEmpty());
}

TEST(StoreNeeds, AreMetByAStoreThatOffersWhatIsAsked) {
    Config config;
    config.engine.min_gap_per_number_ms = 1;
    config.engine.keep_finished_ms = kKeepFinishedMsMin;

    EXPECT_THAT(unmet_needs(config, plugin_that_offers(everything)), IsEmpty());
}

TEST(StoreNeeds, AGapThatTheStoreCannotKeepIsNamedWithWhatToDo) {
    Config config;
    config.engine.min_gap_per_number_ms = 1;

    const auto unmet = unmet_needs(config, plugin_that_offers(nothing));

    ASSERT_EQ(unmet.size(), 1u);
    EXPECT_EQ(unmet.front().key, "engine.min_gap_per_number");
    EXPECT_THAT(unmet.front().message, HasSubstr("other-store"));
    EXPECT_THAT(unmet.front().message, HasSubstr("ebra.store.gap/1"));
    EXPECT_THAT(unmet.front().message, HasSubstr("store-sqlite"));
}

TEST(StoreNeeds, RetentionThatTheStoreCannotCarryOutIsNamed) {
    Config config;
    config.engine.keep_finished_ms = kKeepFinishedMsMin;

    const auto unmet = unmet_needs(config, plugin_that_offers(nothing));

    ASSERT_EQ(unmet.size(), 1u);
    EXPECT_EQ(unmet.front().key, "engine.keep_finished");
}

}  // namespace
}  // namespace ebra
