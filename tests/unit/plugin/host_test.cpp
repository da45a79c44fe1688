#include "plugin/host.hpp"

#include "log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <string>

namespace ebra {
namespace {

using testing::HasSubstr;

class FakeOperations final : public OperationSink {
 public:
    ebra_status op_done(ebra_op op, const ebra_op_result& result) noexcept override {
        last_op = op;
        last_answer = result.answer;
        return EBRA_STALE;
    }

    ebra_op last_op = 0;
    std::int32_t last_answer = 0;
};

class PluginHostTest : public testing::Test {
 protected:
    /// What the plugin's message becomes in the log.
    std::string logged(std::int32_t level, const std::string& message) {
        log::configure(log::Level::kInfo, log::Format::kJson);
        testing::internal::CaptureStderr();
        table_->log(table_, level, ebra_str{message.data(), message.size()});
        return testing::internal::GetCapturedStderr();
    }

    ManualClock clock_{1'700'000'000'000};
    SeededRandom random_{7};
    FakeOperations operations_;
    PluginHost host_{"provider-x", clock_, random_, &operations_};
    const ebra_host* table_ = host_.table();
};

TEST_F(PluginHostTest, TellsItsSizeAndVersion) {
    EXPECT_EQ(table_->struct_size, sizeof(ebra_host));
    EXPECT_EQ(table_->abi_minor, static_cast<std::uint32_t>(EBRA_ABI_MINOR));
}

TEST_F(PluginHostTest, ReadsTheGivenClockAndRandom) {
    clock_.advance_ms(5);
    SeededRandom same(7);

    EXPECT_EQ(table_->now_ms(table_), 1'700'000'000'005);
    EXPECT_EQ(table_->monotonic_ns(table_), clock_.monotonic_ns());
    EXPECT_EQ(table_->random_u64(table_), same.next());
}

TEST_F(PluginHostTest, HandsCompletionsToTheSink) {
    ebra_op_result result{};
    result.struct_size = sizeof result;
    result.answer = EBRA_START_PLACED;

    EXPECT_EQ(table_->op_done(table_, 77, &result), EBRA_STALE);
    EXPECT_EQ(operations_.last_op, 77u);
    EXPECT_EQ(operations_.last_answer, EBRA_START_PLACED);
}

TEST_F(PluginHostTest, ACompletionWithoutResultIsRefused) {
    EXPECT_EQ(table_->op_done(table_, 77, nullptr), EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(operations_.last_op, 0u);
}

TEST_F(PluginHostTest, AStoreHasNoOperationsToEnd) {
    const PluginHost host("store-x", clock_, random_, nullptr);
    ebra_op_result result{};
    result.struct_size = sizeof result;

    EXPECT_EQ(host.table()->op_done(host.table(), 1, &result), EBRA_NOT_FOUND);
}

TEST_F(PluginHostTest, OffersNoExtensionsYet) {
    EXPECT_EQ(table_->get_interface(table_, "ebra.host.metrics/1"), nullptr);
}

TEST_F(PluginHostTest, MarksALogLineWithThePlugin) {
    const auto line = nlohmann::json::parse(logged(EBRA_LOG_WARN, "slow answer"));

    EXPECT_EQ(line["level"], "warn");
    EXPECT_EQ(line["event"], "plugin_said");
    EXPECT_EQ(line["plugin"], "provider-x");
    EXPECT_EQ(line["message"], "slow answer");
}

TEST_F(PluginHostTest, DropsWhatIsBelowTheLowestLevel) {
    EXPECT_EQ(logged(EBRA_LOG_DEBUG, "detail"), "");
}

TEST_F(PluginHostTest, CutsALongMessageAtTheStartOfACharacter) {
    // Two bytes for each letter, after one: the limit falls into the middle of a letter.
    std::string message = "x";
    while (message.size() < 2 * kPluginLogBytesMax) message += "\u00e9";

    const auto line = nlohmann::json::parse(logged(EBRA_LOG_INFO, message));

    EXPECT_EQ(line["message"], message.substr(0, kPluginLogBytesMax - 1));
}

TEST_F(PluginHostTest, AnEmptyMessageWithoutDataIsALine) {
    log::configure(log::Level::kInfo, log::Format::kText);
    testing::internal::CaptureStderr();
    table_->log(table_, EBRA_LOG_INFO, ebra_str{nullptr, 0});

    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("message=\"\""));
}

}  // namespace
}  // namespace ebra
