// What is made of a provider's words: whatever they are, it can be stored, shown and put into JSON.
#include "event.hpp"
#include "message.hpp"
#include "preset_reader.hpp"
#include "signed_parts.hpp"

#include <gmock/gmock.h>

namespace ebra::provider_http::test {
namespace {

using ::testing::HasSubstr;

Event event_of(const std::string& form) {
    EventRule rule;
    rule.kind = EBRA_EVENT_ACCEPTED;
    rule.id = Template("{body.id}");
    rule.reference = Template("{body.reference}");
    rule.dedup = Template("{body.id|optional}:{body.key|optional}");
    rule.occurred_at = Pick("body.at");
    rule.cost.value = Pick("body.cost");
    rule.cost.currency = "USD";
    rule.cost.currency_name = Pick("body.currency");
    return make_event(rule, Message(0, {}, form, BodyFormat::kForm));
}

TEST(Reading, AnIdWithBytesThatCannotBeShownIsNone) {
    for (const char* id : {"a%00b", "a%0Ab", "%FF%FE", "a%1Bb"}) {
        const Event event = event_of(std::string("id=") + id + "&reference=" + id);
        EXPECT_EQ(event.provider_call_id, "") << id;
        EXPECT_EQ(event.reference, "") << id;
    }
    EXPECT_EQ(event_of("id=caf%C3%A9").provider_call_id, "caf\xc3\xa9");
}

TEST(Reading, ADedupKeyThatCannotBeShownIsItsDigest) {
    const std::string first = event_of("id=%FF&key=1").dedup_key;
    const std::string second = event_of("id=%FF&key=2").dedup_key;

    EXPECT_EQ(first.size(), 64u);
    EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(first, second);
    EXPECT_EQ(event_of("id=%FF&key=1").dedup_key, first);
}

TEST(Reading, ACurrencyIsThreeLettersOrThePresets) {
    EXPECT_EQ(event_of("cost=1&currency=EUR").cost_currency, "EUR");
    EXPECT_EQ(event_of("cost=1&currency=eur").cost_currency, "EUR");
    for (const char* odd : {"%FF%FE%FD", "E%00R", "12%22", "EURO", ""}) {
        EXPECT_EQ(event_of(std::string("cost=1&currency=") + odd).cost_currency, "USD") << odd;
    }
}

TEST(Reading, AWordInQuotesIsItselfWhereNothingBeforeItHasAValue) {
    const Message message(0, {}, R"({"said":"x"})", BodyFormat::kJson);

    EXPECT_EQ(Template("{body.said, 'y'}").from(message), "x");
    EXPECT_EQ(Template("{body.unsaid, 'y'}").from(message), "y");
    EXPECT_EQ(Template("{'a.b'|base64}").from(message), "YS5i");
    EXPECT_TRUE(Pick("'status'").names().empty());
    for (const char* wrong : {"{'}", "{''}", "{'a}", "{a'b}", "{'a'b'}"}) {
        EXPECT_THROW(Template{wrong}, std::invalid_argument) << wrong;
    }
}

TEST(Reading, NothingHappenedBeforeThereWereTelephones) {
    EXPECT_EQ(event_of("at=0001-01-01T00:00:00Z").occurred_at, 0);
    EXPECT_EQ(event_of("at=2024-01-02T03:04:05Z").occurred_at, 1'704'164'645'000);
}

TEST(Reading, DigitsOfANumberAreTextSoThatJsonStaysJson) {
    const Message message(0, {}, R"({"n":-0.7,"none":true})", BodyFormat::kJson);

    EXPECT_EQ(BodyTemplate(Template("{body.n|digits}")).json(message), "\"07\"");
    EXPECT_EQ(BodyTemplate(Template("{body.none|digits}")).json(message), "\"\"");
}

TEST(Reading, APortComesBehindTheBracketsOfAnAddress) {
    EXPECT_EQ(with_other_port("https://[2001:db8::1]/x?a=b:c"),
              "https://[2001:db8::1]:443/x?a=b:c");
    EXPECT_EQ(with_other_port("http://[2001:db8::1]:8080/x"), "http://[2001:db8::1]/x");
    EXPECT_EQ(with_other_port("https://h/x]:1"), "https://h:443/x]:1");
}

TEST(Reading, APresetThatIsATowerOfKeysIsToldInsteadOfTakenDown) {
    std::string tower = "name = \"mine\"\na";
    for (int n = 0; n < 100'000; ++n) tower += ".a";
    std::vector<Problem> problems;

    read_preset(tower + " = 1\n", "mine.toml", problems);

    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].pointer, "mine.toml:2:");
    EXPECT_THAT(problems[0].text, HasSubstr("more dots"));
}

}  // namespace
}  // namespace ebra::provider_http::test
