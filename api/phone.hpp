/// @file
/// PhoneNumbers: any way of writing a telephone number, turned into E.164. Owned by the handlers,
/// thread-safe, never blocks on anything but a short lock. It asks libphonenumber, which takes 22
/// µs for each number [measured], so recent texts are remembered in a table of fixed size, and
/// plain North American numbers, of which it says the same each time, are not asked about.
///
/// libphonenumber by itself accepts "tel:" addresses, extensions (which it drops), letters and
/// full-width digits. A text must therefore have a plain shape before it is asked.
#pragma once

#include "ebra/result.hpp"

#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

/// How much is asked of a number.
enum class PhoneCheck {
    kE164,      ///< Written as E.164; libphonenumber is not asked.
    kPossible,  ///< Of a length its country has.
    kValid,     ///< In a range its country has given out, as of the library's data.
};

/// "e164", "possible" or "valid"; kPossible for any other text, which no Config holds.
PhoneCheck phone_check_named(std::string_view name);

class PhoneNumbers {
 public:
    /// `region`: where numbers without + belong, ISO 3166; empty: they are refused.
    PhoneNumbers(PhoneCheck check, std::string region);
    PhoneNumbers(const PhoneNumbers&) = delete;
    PhoneNumbers& operator=(const PhoneNumbers&) = delete;

    /// The number as E.164, or kInvalidArgument with a sentence for the client.
    Result<std::string> normalise(std::string_view text) const;

 private:
    struct Remembered {
        std::string text;
        Result<std::string> number{std::string()};
    };
    static constexpr std::size_t kSlots = 4'096;
    static constexpr std::size_t kLocks = 64;

    Result<std::string> look_up(const std::string& text) const;

    const PhoneCheck check_;
    const std::string region_;
    mutable std::array<std::mutex, kLocks> locks_;
    mutable std::vector<Remembered> slots_;  // Slot n is guarded by locks_[n % kLocks].
};

}  // namespace ebra
