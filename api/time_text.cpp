#include "time_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace ebra {

namespace {

constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z
constexpr std::int64_t kMsPerMinute = 60'000;

/// Reads the parts of a text from left to right; once something is missing, it stays broken.
class Reader {
 public:
    explicit Reader(std::string_view text) : text_(text) {}

    /// Exactly `digits` digits, from `least` to `most`.
    int number(std::size_t digits, int least, int most) {
        int value = -1;
        const auto part = text_.substr(0, digits);
        const bool is_digits =
            part.size() == digits && part.find_first_not_of("0123456789") == std::string_view::npos;
        if (is_digits) std::from_chars(part.data(), part.data() + part.size(), value);
        is_sound_ = is_sound_ && is_digits && value >= least && value <= most;
        text_.remove_prefix(part.size());
        return value;
    }

    /// One of `characters`, or '\0'.
    char one_of(std::string_view characters) {
        if (text_.empty() || characters.find(text_.front()) == std::string_view::npos) {
            is_sound_ = false;
            return '\0';
        }
        const char found = text_.front();
        text_.remove_prefix(1);
        return found;
    }

    /// Milliseconds from ".5", ".123456" or nothing.
    int decimals() {
        if (text_.empty() || text_.front() != '.') return 0;
        text_.remove_prefix(1);
        const auto digits = text_.substr(0, text_.find_first_not_of("0123456789"));
        is_sound_ = is_sound_ && !digits.empty();
        int ms = 0;
        for (std::size_t at = 0; at < 3; ++at) {
            ms = ms * 10 + (at < digits.size() ? digits[at] - '0' : 0);
        }
        text_.remove_prefix(digits.size());
        return ms;
    }

    /// Minutes east of Greenwich.
    int offset_minutes() {
        const char sign = one_of("Zz+-");
        if (sign != '+' && sign != '-') return 0;
        const int hours = number(2, 0, 23);
        one_of(":");
        const int minutes = number(2, 0, 59);
        return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
    }

    bool is_sound_to_the_end() const { return is_sound_ && text_.empty(); }

 private:
    std::string_view text_;
    bool is_sound_ = true;
};

/// Writes `value` into `text` at `at`, with leading zeros.
void write_digits(std::string& text, std::size_t at, std::size_t digits, std::int64_t value) {
    for (; digits > 0; --digits, value /= 10) {
        text[at + digits - 1] = static_cast<char>('0' + value % 10);
    }
}

}  // namespace

std::string time_text(std::int64_t ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> instant{milliseconds(std::clamp<std::int64_t>(ms, 0, kLatestMs))};
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const hh_mm_ss time{instant - day};
    // Each 201 holds three: printf would take a third of the time its JSON takes.
    std::string text = "0000-00-00T00:00:00.000Z";
    write_digits(text, 0, 4, static_cast<int>(date.year()));
    write_digits(text, 5, 2, static_cast<unsigned>(date.month()));
    write_digits(text, 8, 2, static_cast<unsigned>(date.day()));
    write_digits(text, 11, 2, time.hours().count());
    write_digits(text, 14, 2, time.minutes().count());
    write_digits(text, 17, 2, time.seconds().count());
    write_digits(text, 20, 3, time.subseconds().count());
    return text;
}

std::optional<std::int64_t> parse_time_text(std::string_view text) {
    namespace chrono = std::chrono;
    Reader reader(text);
    const int year = reader.number(4, 0, 9999);
    reader.one_of("-");
    const int month = reader.number(2, 1, 12);
    reader.one_of("-");
    const int day = reader.number(2, 1, 31);
    reader.one_of("Tt ");
    const int hour = reader.number(2, 0, 23);
    reader.one_of(":");
    const int minute = reader.number(2, 0, 59);
    reader.one_of(":");
    const int second = reader.number(2, 0, 60);
    const int ms = reader.decimals();
    const int offset = reader.offset_minutes();
    if (!reader.is_sound_to_the_end()) return std::nullopt;

    const chrono::year_month_day date{chrono::year(year),
                                      chrono::month(static_cast<unsigned>(month)),
                                      chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    const chrono::milliseconds in_day =
        chrono::hours(hour) + chrono::minutes(minute) +
        chrono::milliseconds(second == 60 ? 59'999 : second * 1'000 + ms);
    const auto instant = chrono::sys_days(date) + in_day;
    const std::int64_t made = instant.time_since_epoch().count() - offset * kMsPerMinute;
    if (made < 0) return std::nullopt;
    return made;
}

}  // namespace ebra
