// A plugin built with the headers of ABI 1.0 works under today's host.
#include "frozen_instance.hpp"

#include <gmock/gmock.h>
#include <vector>

namespace ebra {
namespace {

class FrozenPlugin : public testing::Test {
 protected:
    template <typename Table>
    const Table* table(const char* id) const {
        return static_cast<const Table*>(instance_.descriptor->get_interface(id));
    }

    ebra_provider provider() const {
        return check_provider_table("frozen-1-0", table<ebra_provider>(EBRA_PROVIDER_ID)).value();
    }
    ebra_store store() const {
        return check_store_table("frozen-1-0", table<ebra_store>(EBRA_STORE_ID)).value();
    }

    FrozenInstance instance_;
    ebra_error error_{sizeof(ebra_error), 0, 0, {}};
};

TEST_F(FrozenPlugin, SaysWhatIsWrongWithItsOptions) {
    EXPECT_EQ(instance_.create("[]"), EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(instance_.message, "the options are not an object; write {}");
    EXPECT_EQ(instance_.self, nullptr);
}

TEST_F(FrozenPlugin, PointsAtAProblemInItsOptions) {
    std::vector<std::string> pointers;
    const ebra_config_sink sink{&pointers, [](void* context, const ebra_config_problem* problem) {
                                    static_cast<std::vector<std::string>*>(context)->emplace_back(
                                        problem->pointer.data, problem->pointer.size);
                                }};

    EXPECT_EQ(instance_.descriptor->check_config(abi_text("{\"colour\":1}"), &sink),
              EBRA_INVALID_ARGUMENT);
    EXPECT_THAT(pointers, testing::ElementsAre("/colour"));
}

TEST_F(FrozenPlugin, PlacesACallAndIsAskedAboutIt) {
    ASSERT_EQ(instance_.create("{}"), EBRA_OK) << instance_.message;
    ebra_call_spec spec{};
    spec.struct_size = sizeof spec;
    spec.to = abi_text("+14155550100");
    ebra_call call{};
    call.struct_size = sizeof call;
    call.spec = &spec;
    ebra_start_request start{};
    start.struct_size = sizeof start;
    start.send_by_ns = instance_.clock.monotonic_ns() + 1;
    start.call = &call;
    start.reference = abi_text("c-1.1");

    ASSERT_EQ(provider().start_call(instance_.self, &start, 7, &error_), EBRA_OK);
    EXPECT_EQ(instance_.completion.last_op, 7u);
    EXPECT_EQ(instance_.completion.answer, EBRA_START_PLACED);
    EXPECT_EQ(instance_.completion.provider_call_id, "frozen-c-1.1");

    ebra_placement_request query{};
    query.struct_size = sizeof query;
    query.call = &call;
    query.reference = abi_text("c-1.1");

    ASSERT_EQ(provider().query_call(instance_.self, &query, 8, &error_), EBRA_OK);
    EXPECT_EQ(instance_.completion.last_op, 8u);
    EXPECT_EQ(instance_.completion.answer, EBRA_FOUND);
    EXPECT_TRUE(instance_.completion.has_event);
}

TEST_F(FrozenPlugin, SendsNothingPastTheTimeToSend) {
    ASSERT_EQ(instance_.create("{}"), EBRA_OK);
    ebra_call_spec spec{};
    spec.to = abi_text("+14155550100");
    ebra_call call{};
    call.spec = &spec;
    ebra_start_request start{};
    start.struct_size = sizeof start;
    start.call = &call;
    start.send_by_ns = instance_.clock.monotonic_ns();
    instance_.clock.advance_ms(1);

    EXPECT_EQ(provider().start_call(instance_.self, &start, 7, &error_), EBRA_TIMEOUT);
    EXPECT_STREQ(error_.message, "too late to send");
    EXPECT_EQ(instance_.completion.last_op, 0u);
}

TEST_F(FrozenPlugin, ReadsAWebhookAndRepliesInItsOwnWords) {
    ASSERT_EQ(instance_.create("{}"), EBRA_OK);
    struct Heard {
        std::string reference;
        std::int64_t duration_ms = 0;
        std::int32_t reply_status = 0;
    } heard;
    ebra_webhook_sink sink{};
    sink.context = &heard;
    sink.event = [](void* context, const ebra_event* event) {
        auto& into = *static_cast<Heard*>(context);
        into.reference.assign(event->reference.data, event->reference.size);
        into.duration_ms = event->duration_ms;
    };
    sink.reply = [](void* context, std::int32_t status, ebra_str, ebra_str) {
        static_cast<Heard*>(context)->reply_status = status;
    };
    const ebra_pair header{abi_text("x-signature"), abi_text("s")};
    ebra_webhook webhook{};
    webhook.struct_size = sizeof webhook;
    webhook.headers = &header;
    webhook.header_count = 1;
    webhook.body = abi_text("c-1.1");

    ASSERT_EQ(provider().webhook(instance_.self, &webhook, &sink, &error_), EBRA_OK);
    EXPECT_EQ(heard.reference, "c-1.1");
    EXPECT_EQ(heard.duration_ms, 42'000);
    EXPECT_EQ(heard.reply_status, 202);

    webhook.header_count = 0;
    EXPECT_EQ(provider().webhook(instance_.self, &webhook, &sink, &error_), EBRA_UNAUTHENTICATED);
}

TEST_F(FrozenPlugin, HasTheFunctionsItsCapabilitiesPromise) {
    ASSERT_EQ(instance_.create("{}"), EBRA_OK);
    const auto* own = table<ebra_provider>(EBRA_PROVIDER_ID);

    EXPECT_TRUE(
        check_provider_capabilities("frozen-1-0", own, provider().capabilities(instance_.self)));
    EXPECT_EQ(provider().cancel_call(instance_.self, nullptr, 9, &error_), EBRA_UNSUPPORTED);
}

TEST_F(FrozenPlugin, IsACompleteStore) {
    ASSERT_EQ(instance_.create("{}"), EBRA_OK);
    ebra_time_ms now = 0;
    ebra_counts counts{};
    counts.struct_size = sizeof counts;
    std::string setting;
    const ebra_text_sink sink{&setting, [](void* context, ebra_str text) {
                                  static_cast<std::string*>(context)->assign(text.data, text.size);
                              }};

    EXPECT_EQ(store().now(instance_.self, &now, &error_), EBRA_OK);
    EXPECT_EQ(now, instance_.clock.wall_ms());
    EXPECT_EQ(store().counts(instance_.self, &counts, &error_), EBRA_OK);
    EXPECT_EQ(counts.pending, 3);
    EXPECT_EQ(store().setting(instance_.self, abi_text("k"), abi_text("v"), &sink, &error_),
              EBRA_OK);
    EXPECT_EQ(setting, "v");
}

TEST_F(FrozenPlugin, OffersNothingUnderAnIdItDoesNotKnow) {
    EXPECT_EQ(instance_.descriptor->get_interface("ebra.provider/2"), nullptr);
    EXPECT_EQ(instance_.descriptor->get_interface("ebra.provider/1 "), nullptr);
}

}  // namespace
}  // namespace ebra
