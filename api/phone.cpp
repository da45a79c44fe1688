#include "phone.hpp"

#include <algorithm>
#include <functional>
#include <phonenumbers/phonenumberutil.h>

namespace ebra {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kTextBytesMax = 40;  // 15 digits with a separator between any two.
constexpr std::size_t kDigitsMin = 4;
constexpr std::size_t kDigitsMax = 17;  // E.164 has 15; an international prefix may come before.
constexpr std::size_t kE164DigitsMin = 7;
constexpr std::size_t kE164DigitsMax = 15;

Error refusal(std::string sentence) {
    return Error{ErrorCode::kInvalidArgument, std::move(sentence)};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// ^\+[1-9][0-9]{6,14}$
bool is_e164(std::string_view text) {
    const std::string_view digits = text.substr(std::min<std::size_t>(1, text.size()));
    return !text.empty() && text.front() == '+' && digits.size() >= kE164DigitsMin &&
           digits.size() <= kE164DigitsMax && digits.front() != '0' &&
           std::all_of(digits.begin(), digits.end(), is_digit);
}

/// +1, an area code and seven digits. By libphonenumber's rules each of these is possible and stays
/// as it is, so it need not be asked: the one plan of a single length and a prefix (1) with which
/// no area code begins.
bool is_north_american(std::string_view text) {
    constexpr std::size_t kBytes = 12;
    return text.size() == kBytes && text.substr(0, 2) == "+1" && text[2] >= '2' &&
           std::all_of(text.begin() + 2, text.end(), is_digit);
}

Status check_shape(std::string_view text) {
    if (text.empty()) return refusal("must not be empty; write a number like +14155550100");
    if (text.size() > kTextBytesMax) {
        return refusal("is longer than " + std::to_string(kTextBytesMax) +
                       " characters; write a number like +14155550100");
    }
    const std::string_view rest = text.substr(text.front() == '+' ? 1 : 0);
    const bool is_plain = rest.find_first_not_of("0123456789 -.()/") == std::string_view::npos;
    if (!is_plain) {
        return refusal(
            "holds characters that are no part of a plain number (letters, extensions, \"tel:\" "
            "and other digits than 0-9 are not taken); write a number like +14155550100");
    }
    const auto digits = static_cast<std::size_t>(std::count_if(rest.begin(), rest.end(), is_digit));
    if (digits < kDigitsMin || digits > kDigitsMax) {
        return refusal("has " + std::to_string(digits) +
                       " digits, which no telephone number has; write a number like +14155550100");
    }
    return Done{};
}

std::string why_not_possible(PhoneNumberUtil::ValidationResult result) {
    switch (result) {
        case PhoneNumberUtil::TOO_SHORT:
            return "is too short for its country";
        case PhoneNumberUtil::TOO_LONG:
            return "is too long for its country";
        case PhoneNumberUtil::INVALID_COUNTRY_CODE:
            return "begins with a country code that does not exist";
        case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
            return "lacks its area code";
        default:
            return "has a length its country does not use";
    }
}

std::string why_not_parsed(PhoneNumberUtil::ErrorType failure) {
    switch (failure) {
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
            return "begins with a country code that does not exist";
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN:
            return "is too short to be a telephone number";
        case PhoneNumberUtil::TOO_LONG_NSN:
            return "is too long to be a telephone number";
        default:
            return "is not a telephone number; write one like +14155550100";
    }
}

Result<std::string> ask_library(const std::string& text, const std::string& region,
                                PhoneCheck check) {
    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    const auto parsed = library.Parse(text, region.empty() ? "ZZ" : region, &number);
    if (parsed != PhoneNumberUtil::NO_PARSING_ERROR) return refusal(why_not_parsed(parsed));
    const auto possible = library.IsPossibleNumberWithReason(number);
    if (possible != PhoneNumberUtil::IS_POSSIBLE) return refusal(why_not_possible(possible));
    if (check == PhoneCheck::kValid && !library.IsValidNumber(number)) {
        return refusal("is in no range its country has given out (http.phone_check = \"valid\")");
    }
    std::string formatted;
    library.Format(number, PhoneNumberUtil::E164, &formatted);
    if (!is_e164(formatted)) return refusal("cannot be written as an international number");
    return formatted;
}

}  // namespace

PhoneCheck phone_check_named(std::string_view name) {
    if (name == "e164") return PhoneCheck::kE164;
    return name == "valid" ? PhoneCheck::kValid : PhoneCheck::kPossible;
}

PhoneNumbers::PhoneNumbers(PhoneCheck check, std::string region)
    : check_(check), region_(std::move(region)) {
    if (check_ == PhoneCheck::kE164) return;
    slots_.resize(kSlots);
    // Loads the library's data now, not in the first request.
    (void)PhoneNumberUtil::GetInstance();
}

Result<std::string> PhoneNumbers::normalise(std::string_view text) const {
    if (check_ == PhoneCheck::kE164) {
        if (is_e164(text)) return std::string(text);
        return refusal("must be written as + and 7 to 15 digits, like +14155550100");
    }
    if (check_ == PhoneCheck::kPossible && is_north_american(text)) return std::string(text);
    if (const Status shape = check_shape(text); !shape) return shape.error();
    if (text.front() != '+' && region_.empty()) {
        return refusal("has no country code; write it like +14155550100, or set http.phone_region");
    }
    return look_up(std::string(text));
}

Result<std::string> PhoneNumbers::look_up(const std::string& text) const {
    const std::size_t index = std::hash<std::string>{}(text) % kSlots;
    std::mutex& mutex = locks_[index % kLocks];
    {
        const std::lock_guard lock(mutex);
        if (slots_[index].text == text) return slots_[index].number;
    }
    Result<std::string> number = ask_library(text, region_, check_);
    const std::lock_guard lock(mutex);
    slots_[index] = {text, number};
    return number;
}

}  // namespace ebra
