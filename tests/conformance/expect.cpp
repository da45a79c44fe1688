#include "expect.hpp"

#include <array>

namespace ebra::conformance {

void fail_case(const std::string& what, const Where& where) {
    std::string file = where.file_name();
    file.erase(0, file.rfind('/') + 1);
    throw CaseFailure(file + ":" + std::to_string(where.line()) + ": " + what);
}

std::string status_name(ebra_status status) {
    static constexpr std::array<const char*, 16> kNames = {
        "OK",           "INVALID_ARGUMENT", "NOT_FOUND", "CONFLICT", "UNAUTHENTICATED",
        "RATE_LIMITED", "UNAVAILABLE",      "TIMEOUT",   "CANCELED", "UNSUPPORTED",
        "CORRUPT",      "INTERNAL",         "STALE",     "IN_DOUBT", "ALREADY",
        "KEPT"};
    const bool is_known = status >= 0 && static_cast<std::size_t>(status) < kNames.size();
    const char* name = is_known ? kNames[static_cast<std::size_t>(status)] : "no known status";
    return std::string(name) + " (" + std::to_string(status) + ")";
}

}  // namespace ebra::conformance
