/// @file
/// What a case says about what it saw: expectations that throw CaseFailure with the place and both
/// values. Any thread; whoever runs a thread carries what it throws back to the case.
#pragma once

#include "ebra/abi/ebra.h"

#include <concepts>
#include <optional>
#include <source_location>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra::conformance {

/// The plugin broke a rule.
class CaseFailure : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The case does not apply to this plugin: it lacks a capability.
class CaseSkipped : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

using Where = std::source_location;

/// Throws CaseFailure: "file:line: what".
[[noreturn]] void fail_case(const std::string& what, const Where& where = Where::current());

/// "STALE (12)".
std::string status_name(ebra_status status);

/// A value as it stands in a failure's text.
template <typename Value>
std::string shown(const Value& value) {
    std::ostringstream text;
    text << value;
    return text.str();
}
inline std::string shown(const std::string& text) {
    return '"' + text + '"';
}
inline std::string shown(bool value) {
    return value ? "true" : "false";
}
template <typename First, typename Second>
std::string shown(const std::pair<First, Second>& both) {
    return "(" + shown(both.first) + ", " + shown(both.second) + ")";
}
template <typename Value>
std::string shown(const std::vector<Value>& values) {
    std::string text = "[";
    for (const Value& value : values) text += (text.size() > 1 ? ", " : "") + shown(value);
    return text + "]";
}

template <typename Left, typename Right>
bool is_same(const Left& left, const Right& right) {
    constexpr bool is_left_number = std::integral<Left> && !std::same_as<Left, bool>;
    constexpr bool is_right_number = std::integral<Right> && !std::same_as<Right, bool>;
    if constexpr (is_left_number && is_right_number) {
        return std::cmp_equal(left, right);
    } else {
        return left == right;
    }
}

/// `what` is a sentence that must be true.
inline void expect(bool is_true, std::string_view what, const Where& where = Where::current()) {
    if (!is_true) fail_case("not so: " + std::string(what), where);
}

template <typename Seen, typename Wanted>
void expect_equal(const Seen& seen, const Wanted& wanted, std::string_view what,
                  const Where& where = Where::current()) {
    if (is_same(seen, wanted)) return;
    fail_case(std::string(what) + " is " + shown(seen) + ", must be " + shown(wanted), where);
}

inline void expect_status(ebra_status seen, ebra_status wanted, std::string_view what,
                          const Where& where = Where::current()) {
    if (seen == wanted) return;
    fail_case(std::string(what) + " answered " + status_name(seen) + ", must answer " +
                  status_name(wanted),
              where);
}

}  // namespace ebra::conformance
