#include "config/rules.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <set>

namespace ebra::config {

namespace {

class Rules {
 public:
    Rules(const Config& config, std::vector<ConfigProblem>& problems)
        : config_(config), problems_(problems) {}

    void check() {
        check_listen();
        check_exposure();
        check_durations();
        check_providers();
        check_public_url();
    }

 private:
    void problem(const std::string& key, std::string message) {
        const auto at = config_.positions.find(key);
        const bool is_in_file = at != config_.positions.end();
        problems_.push_back({is_in_file ? config_.file : std::string(),
                             is_in_file ? at->second : ConfigPosition{}, key, std::move(message),
                             ""});
    }

    void check_listen() {
        const std::string& listen = config_.http.listen;
        const std::size_t colon = listen.rfind(':');
        const auto port =
            colon == std::string::npos ? std::nullopt : parse_integer(listen.substr(colon + 1));
        if (colon == 0 || !port || *port < 0 || *port > 65'535) {
            problem("http.listen",
                    "\"http.listen\" expects address:port, such as \"127.0.0.1:3000\"");
        }
    }

    bool is_loopback() const {
        const std::string host = config_.http.listen.substr(0, config_.http.listen.rfind(':'));
        return host.rfind("127.", 0) == 0 || host == "localhost" || host == "[::1]";
    }

    void check_exposure() {
        if (is_loopback()) return;
        if (config_.http.api_key.empty()) {
            problem("http.listen", "listening on " + config_.http.listen +
                                       " without http.api_key would let anybody place calls; set "
                                       "http.api_key_file, or listen on 127.0.0.1");
        }
        if (config_.http.callback_secret.empty()) {
            problem("http.listen",
                    "listening on " + config_.http.listen +
                        " without http.callback_secret would let anybody end calls; set "
                        "http.callback_secret_file, or listen on 127.0.0.1");
        }
    }

    void check_durations() {
        const EngineConfig& engine = config_.engine;
        if (engine.stale_after_ms < engine.start_timeout_ms) {
            problem("engine.stale_after", "engine.stale_after (" +
                                              format_duration(engine.stale_after_ms) +
                                              ") must not be shorter than engine.start_timeout (" +
                                              format_duration(engine.start_timeout_ms) + ")");
        }
        if (engine.max_retry_ms < engine.base_retry_ms) {
            problem("engine.max_retry", "engine.max_retry (" +
                                            format_duration(engine.max_retry_ms) +
                                            ") must not be shorter than engine.base_retry (" +
                                            format_duration(engine.base_retry_ms) + ")");
        }
    }

    static bool is_name(const std::string& name) {
        const auto is_allowed = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        };
        return !name.empty() && name.size() <= 32 &&
               std::all_of(name.begin(), name.end(), is_allowed);
    }

    void check_providers() {
        std::set<std::string> seen;
        for (std::size_t index = 0; index < config_.providers.size(); ++index) {
            const ProviderConfig& provider = config_.providers[index];
            const std::string owner = "provider/" + std::to_string(index);
            if (!is_name(provider.name) || provider.name == "call-status") {
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
        }
        if (config_.providers.size() > 64) problem("provider", "at most 64 providers");
    }

    void check_public_url() {
        const std::string& url = config_.http.public_url;
        if (url.empty()) return;
        const bool is_http = url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0;
        const bool is_plain = url.find_first_of(" ?#\"") == std::string::npos && url.back() != '/';
        if (!is_http || !is_plain) {
            problem("http.public_url",
                    "\"http.public_url\" expects http:// or https:// and a host, "
                    "without a slash at the end; it is \"" +
                        url + "\"");
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
