#include "preview.hpp"

#include "encoding.hpp"

#include <algorithm>
#include <string_view>

namespace ebra::provider_http {

namespace {

constexpr std::string_view kMask = "***";

/// "Bearer abc" as "Bearer ***"; a value without a scheme goes altogether.
std::string scheme_of(const std::string& value) {
    const std::size_t space = value.find(' ');
    return space == std::string::npos ? std::string(kMask)
                                      : value.substr(0, space + 1).append(kMask);
}

std::string shown_value(const std::string& name, const std::string& value, const AuthRule& auth) {
    if (auth.kind == AuthKind::kHeader && equals_ignoring_case(name, auth.header)) {
        return std::string(kMask);
    }
    for (const char* shows_sender : {"authorization", "proxy-authorization"}) {
        if (equals_ignoring_case(name, shows_sender)) return scheme_of(value);
    }
    return value;
}

}  // namespace

Settings without_secrets(const Settings& settings) {
    Settings shown = settings;
    for (auto& [name, value] : shown.values) {
        const OptionRule* rule = shown.preset.option(name);
        if (rule != nullptr && rule->is_secret) value = kMask;
    }
    for (auto& [name, value] : shown.headers) {
        const bool is_secret =
            std::find(shown.secrets.begin(), shown.secrets.end(), value) != shown.secrets.end();
        if (is_secret) value = kMask;
    }
    shown.webhook_secrets.clear();
    shown.secrets.clear();
    return shown;
}

std::string text_of(const HttpRequest& request, const AuthRule& auth) {
    std::string text = request.method + " " + request.url + "\n";
    for (const auto& [name, value] : request.headers) {
        text.append(name).append(": ").append(shown_value(name, value, auth)).append("\n");
    }
    return text.append("\n").append(request.body);
}

}  // namespace ebra::provider_http
