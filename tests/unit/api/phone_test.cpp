#include "phone.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <thread>

namespace ebra {
namespace {

std::string normalised(const PhoneNumbers& phones, std::string_view text) {
    const auto number = phones.normalise(text);
    return number.ok() ? number.value() : "refused: " + number.error().message;
}

void expect_refused(const PhoneNumbers& phones, std::string_view text, std::string_view because) {
    const auto number = phones.normalise(text);
    ASSERT_FALSE(number.ok()) << text << " became " << number.value();
    EXPECT_NE(number.error().message.find(because), std::string::npos)
        << text << ": " << number.error().message;
}

TEST(Phone, WritesEveryPlainFormAsE164) {
    const PhoneNumbers phones(PhoneCheck::kPossible, "");
    EXPECT_EQ(normalised(phones, "+14155550100"), "+14155550100");
    EXPECT_EQ(normalised(phones, "+1 (415) 555-0100"), "+14155550100");
    EXPECT_EQ(normalised(phones, "+1.415.555.0100"), "+14155550100");
    EXPECT_EQ(normalised(phones, "+44 20 7946 0958"), "+442079460958");
    EXPECT_EQ(normalised(phones, "+44 (0)20 7946 0958"), "+442079460958");
    EXPECT_EQ(normalised(phones, "+49 30 123456"), "+4930123456");
    EXPECT_EQ(normalised(phones, "+39 06 698 12345"), "+390669812345") << "Italy keeps its 0";
}

TEST(Phone, TakesNationalNumbersForTheConfiguredRegionOnly) {
    EXPECT_EQ(normalised(PhoneNumbers(PhoneCheck::kPossible, "US"), "(415) 555-0100"),
              "+14155550100");
    EXPECT_EQ(normalised(PhoneNumbers(PhoneCheck::kPossible, "GB"), "020 7946 0958"),
              "+442079460958");
    EXPECT_EQ(normalised(PhoneNumbers(PhoneCheck::kPossible, "GB"), "00 1 415 555 0100"),
              "+14155550100");
    expect_refused(PhoneNumbers(PhoneCheck::kPossible, ""), "(415) 555-0100", "phone_region");
}

TEST(Phone, RefusesNonsenseWithASentence) {
    const PhoneNumbers phones(PhoneCheck::kPossible, "US");
    expect_refused(phones, "", "empty");
    expect_refused(phones, "nonsense", "characters");
    expect_refused(phones, "+1-800-FLOWERS", "characters");
    expect_refused(phones, "tel:+14155550100", "characters");
    expect_refused(phones, "+14155550100;ext=5", "characters");
    expect_refused(phones, "+14155550100 x5", "characters");
    expect_refused(phones, "+14155550100,,5", "characters");
    expect_refused(phones, "++14155550100", "characters");
    expect_refused(phones,
                   "\xEF\xBC\x8B\xEF\xBC\x91"
                   "4155550100",
                   "characters");
    expect_refused(phones, std::string_view("+14155550100\0", 13), "characters");
    expect_refused(phones, "+14155550100\n", "characters");
    expect_refused(phones, "+", "0 digits");
    expect_refused(phones, "911", "3 digits");
    expect_refused(phones, "+123456789012345678", "18 digits");
    expect_refused(phones, std::string(41, '1'), "longer than 40");
    expect_refused(phones, "+1415555", "too short");
    expect_refused(phones, "+14155550100999", "too long");
    expect_refused(phones, "+999123456789", "country code");
    expect_refused(phones, "+0014155550100", "");
    expect_refused(phones, "5550100", "area code");
}

TEST(Phone, AsksForAGivenOutRangeOnlyWhenToldTo) {
    const std::string unassigned = "+12005550100";  // No area code begins with 200.

    EXPECT_EQ(normalised(PhoneNumbers(PhoneCheck::kPossible, ""), unassigned), unassigned);
    expect_refused(PhoneNumbers(PhoneCheck::kValid, ""), unassigned, "range");
    EXPECT_EQ(normalised(PhoneNumbers(PhoneCheck::kValid, ""), "+442079460958"), "+442079460958");
}

TEST(Phone, E164Mode_LooksAtTheFormAlone) {
    const PhoneNumbers phones(PhoneCheck::kE164, "US");
    EXPECT_EQ(normalised(phones, "+99912345678"), "+99912345678");
    for (const char* text : {"", "+", "14155550100", "+1 415 555 0100", "+0415555010", "+123456",
                             "+1234567890123456", "+1415555010x", "+1415\n555"}) {
        expect_refused(phones, text, "7 to 15 digits");
    }
}

TEST(Phone, SaysOfNorthAmericanNumbersWhatTheLibrarySays) {
    const PhoneNumbers phones(PhoneCheck::kPossible, "");
    std::mt19937 random(7);
    std::uniform_int_distribution<std::uint64_t> subscriber(0, 9'999'999);
    for (int area = 100; area < 1'000; ++area) {
        const std::uint64_t rest = 10'000'000 + subscriber(random);
        const std::string digits = std::to_string(area) + std::to_string(rest).substr(1);
        // With a blank in it, it is looked up.
        EXPECT_EQ(normalised(phones, "+1" + digits), normalised(phones, "+1 " + digits));
    }
}

TEST(Phone, NamesOfTheChecks) {
    EXPECT_EQ(phone_check_named("e164"), PhoneCheck::kE164);
    EXPECT_EQ(phone_check_named("possible"), PhoneCheck::kPossible);
    EXPECT_EQ(phone_check_named("valid"), PhoneCheck::kValid);
}

TEST(Phone, RemembersRefusalsAsWellAsNumbers) {
    const PhoneNumbers phones(PhoneCheck::kPossible, "");
    for (int n = 0; n < 3; ++n) {
        EXPECT_EQ(normalised(phones, "+44 20 7946 0958"), "+442079460958");
        expect_refused(phones, "+1415555", "too short");
    }
}

TEST(Phone, GivesManyThreadsTheRightAnswers) {
    // More numbers than slots, so that threads replace each other's memories.
    const PhoneNumbers phones(PhoneCheck::kPossible, "");
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int n = 0; n < 6'000; ++n) {
                const std::string number = "+44207946" + std::to_string(1'000 + n);
                const auto made = phones.normalise(number);
                if (!made.ok() || made.value() != number) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace ebra
