#include "config/rules.hpp"

#include "config/retry_on.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <set>

namespace ebra::config {

namespace {

constexpr std::size_t kProvidersMax = 64;
constexpr std::size_t kNameBytesMax = 32;
constexpr std::size_t kSha256Digits = 64;
/// How Standard Webhooks marks a secret that is base64.
constexpr std::string_view kEncodedSecret = "whsec_";

/// "127.0.0.1:3000" in two; an IPv6 host keeps its brackets.
struct Address {
    std::string host;
    std::string port;
};

std::optional<Address> split_address(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    Address made{listen.substr(0, colon), listen.substr(colon + 1)};
    const bool is_bracketed = made.host.front() == '[' && made.host.back() == ']';
    const bool has_colon = made.host.find(':') != std::string::npos;
    return is_port(made.port) && has_colon == is_bracketed ? std::optional(made) : std::nullopt;
}

bool is_loopback(const std::string& host) {
    in_addr four{};
    if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    return host == "localhost" || host == "[::1]";
}

bool is_provider_name(const std::string& name) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= kNameBytesMax &&
           std::all_of(name.begin(), name.end(), is_allowed) && name != "call-status";
}

bool is_sha256(const std::string& text) {
    return text.size() == kSha256Digits &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
}

/// Standard base64 with its padding, and not empty.
bool is_base64(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const std::string_view digits = text.substr(0, text.size() - padding);
    const auto is_digit = [](unsigned char c) {
        return (c < 0x80 && std::isalnum(c) != 0) || c == '+' || c == '/';
    };
    return !digits.empty() && text.size() % 4 == 0 &&
           std::all_of(digits.begin(), digits.end(), is_digit);
}

bool is_region(const std::string& text) {
    return text.size() == 2 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_public_url(const std::string& url) {
    const bool is_http = url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0;
    const bool has_host = is_http && url.find("//") + 2 < url.size();
    return has_host && url.find_first_of(" \t\r\n?#\"@") == std::string::npos && url.back() != '/';
}

class Rules {
 public:
    Rules(const Config& config, std::vector<ConfigProblem>& problems)
        : config_(config), problems_(problems) {}

    void check() {
        check_listen();
        check_order("engine.stale_after", "engine.start_timeout", config_.engine.stale_after_ms,
                    config_.engine.start_timeout_ms);
        check_order("engine.max_retry", "engine.base_retry", config_.engine.max_retry_ms,
                    config_.engine.base_retry_ms);
        check_order("http.body_bytes_max", "http.metadata_bytes_max", config_.http.body_bytes_max,
                    config_.http.metadata_bytes_max);
        check_keep_finished();
        check_texts();
        check_callback_secret();
        check_store();
        check_providers();
    }

 private:
    const EffectiveSetting& setting(const std::string& key) const {
        static const EffectiveSetting none;
        const auto found = std::find_if(config_.effective.begin(), config_.effective.end(),
                                        [&](const auto& one) { return one.key == key; });
        return found == config_.effective.end() ? none : *found;
    }

    /// The value as it may be shown, and which variable it comes from, if any.
    std::string quoted(const std::string& key) const {
        const EffectiveSetting& found = setting(key);
        const bool is_variable = found.source != "file" && found.source != "default";
        return "\"" + found.value + "\"" + (is_variable ? " (" + found.source + ")" : "");
    }

    void problem(const std::string& key, std::string message) {
        const auto at = config_.positions.find(key);
        const std::string& source = setting(key).source;
        const bool is_in_file =
            at != config_.positions.end() && (source.empty() || source == "file");
        problems_.push_back({is_in_file ? config_.file : std::string(),
                             is_in_file ? at->second : ConfigPosition{}, key, std::move(message),
                             ""});
    }

    void check_listen() {
        const auto address = split_address(config_.http.listen);
        if (!address) {
            return problem("http.listen",
                           "\"http.listen\" expects address:port, such as \"127.0.0.1:3000\" or "
                           "\"[::1]:3000\"; it is " +
                               quoted("http.listen"));
        }
        if (is_loopback(address->host)) return;
        const std::string beyond = "listening beyond this machine on " + quoted("http.listen");
        if (config_.http.api_key.empty()) {
            problem("http.listen", beyond +
                                       " without http.api_key would let anybody place calls; set "
                                       "http.api_key_file, or listen on 127.0.0.1");
        }
        if (config_.http.callback_secret.empty()) {
            problem("http.listen", beyond +
                                       " without http.callback_secret would let anybody end calls; "
                                       "set http.callback_secret_file, or listen on 127.0.0.1");
        }
    }

    /// `longer` must not be smaller than `shorter`; blamed is the one that was set.
    void check_order(const std::string& longer, const std::string& shorter,
                     std::int64_t longer_value, std::int64_t shorter_value) {
        if (longer_value >= shorter_value) return;
        const bool is_longer_set = setting(longer).source != "default";
        problem(is_longer_set ? longer : shorter, longer + " " + quoted(longer) +
                                                      " must not be smaller than " + shorter + " " +
                                                      quoted(shorter));
    }

    void check_keep_finished() {
        const std::int64_t keep_ms = config_.engine.keep_finished_ms;
        if (keep_ms == 0 || keep_ms >= kKeepFinishedMsMin) return;
        problem("engine.keep_finished",
                "\"engine.keep_finished\" expects \"24h\" or more, as webhooks and repeated "
                "requests come late, or \"0s\" to keep every call; it is " +
                    quoted("engine.keep_finished"));
    }

    void check_texts() {
        const std::string& url = config_.http.public_url;
        if (!url.empty() && !is_public_url(url)) {
            problem("http.public_url",
                    "\"http.public_url\" expects http:// or https:// and a host, without a user, "
                    "a query or a slash at the end; it is " +
                        quoted("http.public_url"));
        }
        if (!parse_retry_on(config_.engine.retry_on)) {
            problem("engine.retry_on", "\"engine.retry_on\" expects " + expected_retry_on() +
                                           "; it is " + quoted("engine.retry_on"));
        }
        const std::string& region = config_.http.phone_region;
        if (!region.empty() && !is_region(region)) {
            problem("http.phone_region",
                    "\"http.phone_region\" expects a country in two capital letters, such as "
                    "\"US\"; it is " +
                        quoted("http.phone_region"));
        }
    }

    /// Taken as plain text, a mistyped one would refuse every callback that is signed rightly.
    void check_callback_secret() {
        const std::string_view secret = config_.http.callback_secret;
        if (!secret.starts_with(kEncodedSecret) ||
            is_base64(secret.substr(kEncodedSecret.size()))) {
            return;
        }
        const std::string key = "http.callback_secret";
        const std::string file_key = key + "_file";
        const bool has_own_file =
            setting(key).source == "file" && config_.positions.contains(file_key);
        problem(has_own_file ? file_key : key,
                "\"http.callback_secret\" begins with \"whsec_\", so standard base64 with its "
                "padding must follow; copy it again in full; it is " +
                    quoted(key));
    }

    void check_store() {
        if (config_.store.plugin.empty()) {
            problem("store.plugin", "\"store.plugin\" expects a name, such as \"store-sqlite\"");
        }
        check_pin("store.sha256", config_.store.sha256);
    }

    void check_pin(const std::string& place, const std::string& pin) {
        if (pin.empty() || is_sha256(pin)) return;
        problem(place, "\"sha256\" expects the 64 hexadecimal digits that sha256sum prints");
    }

    void check_providers() {
        std::set<std::string> seen;
        for (std::size_t index = 0; index < config_.providers.size(); ++index) {
            const ProviderConfig& provider = config_.providers[index];
            const std::string owner = "provider/" + std::to_string(index);
            if (!is_provider_name(provider.name)) {
                problem(config_.positions.contains(owner + ".name") ? owner + ".name" : owner,
                        "a provider needs a name of 1 to 32 of a-z, 0-9, - and _, other than "
                        "\"call-status\"");
            } else if (!seen.insert(provider.name).second) {
                problem(owner + ".name", "two providers are named \"" + provider.name + "\"");
            }
            if (provider.plugin.empty()) {
                problem(owner, "provider \"" + provider.name +
                                   "\" names no plugin; add plugin = \"provider-sim\" or another");
            }
            check_pin(owner + ".sha256", provider.sha256);
        }
        if (config_.providers.size() > kProvidersMax) {
            problem("provider/" + std::to_string(kProvidersMax),
                    "at most " + std::to_string(kProvidersMax) + " providers");
        }
    }

    const Config& config_;
    std::vector<ConfigProblem>& problems_;
};

}  // namespace

void check_rules(const Config& config, std::vector<ConfigProblem>& problems) {
    Rules(config, problems).check();
}

}  // namespace ebra::config
