#include "options.hpp"

#include "option_problems.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace ebra::postgres {

using namespace rules;

namespace {

using nlohmann::json;

struct TextOption {
    std::string_view name;
    std::string Options::*field;
};

struct NumberOption {
    std::string_view name;
    int Options::*field;
    int min;
    int max;
};

constexpr std::array kTexts = {
    TextOption{"url", &Options::url},           TextOption{"host", &Options::host},
    TextOption{"port", &Options::port},         TextOption{"user", &Options::user},
    TextOption{"password", &Options::password}, TextOption{"dbname", &Options::dbname},
    TextOption{"schema", &Options::schema},
};

constexpr std::array kNumbers = {
    NumberOption{"pool_size", &Options::pool_size, 1, 100},
    NumberOption{"connect_timeout_s", &Options::connect_timeout_s, 2, 60},
    NumberOption{"statement_timeout_ms", &Options::statement_timeout_ms, 100, 600'000},
    NumberOption{"lock_timeout_ms", &Options::lock_timeout_ms, 100, 600'000},
    NumberOption{"acquire_timeout_ms", &Options::acquire_timeout_ms, 100, 60'000},
};

constexpr std::size_t kSchemaBytesMax = 63;
constexpr int kPortMax = 65'535;

std::vector<std::string_view> names() {
    std::vector<std::string_view> all = {"migrate", "pooler", "timeline", "wake_ups"};
    for (const auto& option : kTexts) all.push_back(option.name);
    for (const auto& option : kNumbers) all.push_back(option.name);
    return all;
}

std::string pointer(std::string_view name) {
    return "/" + std::string(name);
}

void read_text(const json& options, const TextOption& option, Options& into,
               std::vector<Problem>& problems) {
    const auto found = options.find(option.name);
    if (found == options.end()) return;
    // A port is written as a number by many.
    if (option.name == "port" && found->is_number_integer()) {
        into.port = std::to_string(found->get<std::int64_t>());
    } else if (found->is_string()) {
        into.*option.field = found->get<std::string>();
    } else {
        problems.push_back({pointer(option.name), "must be a string", ""});
        return;
    }
    if ((into.*option.field).find('\0') == std::string::npos) return;
    problems.push_back({pointer(option.name), "must not hold a NUL", ""});
}

void read_number(const json& options, const NumberOption& option, Options& into,
                 std::vector<Problem>& problems) {
    const auto found = options.find(option.name);
    if (found == options.end()) return;
    if (found->is_number_integer()) {
        const auto value = found->get<std::int64_t>();
        if (value >= option.min && value <= option.max) {
            into.*option.field = static_cast<int>(value);
            return;
        }
    }
    problems.push_back({pointer(option.name),
                        "must be a whole number from " + std::to_string(option.min) + " to " +
                            std::to_string(option.max),
                        ""});
}

/// One of two words; `is_second` is set when it is the second.
void read_choice(const json& options, const char* name, const char* first, const char* second,
                 bool& is_second, std::vector<Problem>& problems) {
    const auto found = options.find(name);
    if (found == options.end()) return;
    if (*found == first || *found == second) {
        is_second = *found == second;
        return;
    }
    problems.push_back(
        {pointer(name), std::string("must be \"") + first + "\" or \"" + second + "\"", ""});
}

bool is_port(const std::string& text) {
    int port = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, port);
    return parsed.ec == std::errc() && parsed.ptr == end && port >= 1 && port <= kPortMax;
}

/// Several ports may stand beside several hosts, separated by commas.
bool are_ports(const std::string& text) {
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        if (!is_port(text.substr(start, comma - start))) return false;
        start = comma + 1;
    }
    return true;
}

bool is_schema(const std::string& name) {
    const auto is_sound = [](char letter) {
        return letter == '_' || (letter >= 'a' && letter <= 'z') ||
               (letter >= '0' && letter <= '9');
    };
    return !name.empty() && name.size() <= kSchemaBytesMax &&
           std::all_of(name.begin(), name.end(), is_sound) && name.rfind("pg_", 0) != 0 &&
           (name[0] < '0' || name[0] > '9');
}

void check_together(const Options& options, std::vector<Problem>& problems) {
    if (options.url.empty() && options.host.empty()) {
        problems.push_back(
            {"", "needs \"url\", e.g. \"postgresql://user@host/dbname\", or \"host\"", ""});
    }
    const bool has_parts = !options.host.empty() || !options.port.empty() ||
                           !options.user.empty() || !options.password.empty() ||
                           !options.dbname.empty();
    if (!options.url.empty() && has_parts) {
        problems.push_back(
            {"/url", "cannot stand beside host, port, user, password or dbname", ""});
    }
    if (!options.port.empty() && !are_ports(options.port)) {
        problems.push_back({"/port", "must be a port from 1 to 65535, e.g. \"5432\"", ""});
    }
    if (!is_schema(options.schema)) {
        problems.push_back({"/schema",
                            "must be a name of lower-case letters, digits and _, at most 63, that "
                            "does not begin with pg_ or a digit",
                            ""});
    }
}

std::vector<Problem> read(std::string_view text, Options& into) {
    const json options = json::parse(text, nullptr, false);
    if (!options.is_object()) return {{"", "must be a JSON object with a \"url\"", ""}};
    std::vector<Problem> problems;
    for (const auto& option : kTexts) read_text(options, option, into, problems);
    for (const auto& option : kNumbers) read_number(options, option, into, problems);
    bool checks_only = false;
    bool stops = false;
    bool is_silent = false;
    read_choice(options, "migrate", "auto", "check", checks_only, problems);
    read_choice(options, "pooler", "none", "transaction", into.is_pooled, problems);
    read_choice(options, "timeline", "quarantine", "stop", stops, problems);
    read_choice(options, "wake_ups", "on", "off", is_silent, problems);
    into.migrates = !checks_only;
    into.quarantines = !stops;
    into.notifies = !is_silent && !into.is_pooled;
    check_together(into, problems);
    const auto known = names();
    for (const auto& item : options.items()) {
        if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
        problems.push_back({pointer_to(item.key()), "is not an option of store-postgres",
                            nearest_name(item.key(), known)});
    }
    return problems;
}

using Settings = std::vector<std::pair<std::string_view, std::string>>;

/// What a connection of ours has unless the URL says otherwise.
Settings defaults(const Options& options) {
    Settings made = {
        {"connect_timeout", std::to_string(options.connect_timeout_s)},
        {"application_name", "ebra"},
        {"client_encoding", "UTF8"},
        {"keepalives_idle", "10"},
        {"keepalives_interval", "3"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "15000"},
    };
    // Through a pooler the server behind it is asked instead, on each connection.
    if (!options.is_pooled) made.emplace_back("target_session_attrs", "read-write");
    return made;
}

/// `name='value'`, with quotes and backslashes escaped as libpq reads them.
void append(std::string& into, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    into += std::string(name) + "='";
    for (const char letter : value) {
        if (letter == '\'' || letter == '\\') into += '\\';
        into += letter;
    }
    into += "' ";
}

bool is_uri(const std::string& url) {
    return url.rfind("postgresql://", 0) == 0 || url.rfind("postgres://", 0) == 0;
}

std::string extended_uri(const Options& options) {
    std::string made = options.url;
    for (const auto& [name, value] : defaults(options)) {
        const std::string setting = std::string(name) + "=";
        if (options.url.find("?" + setting) != std::string::npos ||
            options.url.find("&" + setting) != std::string::npos) {
            continue;
        }
        made += made.find('?') == std::string::npos ? '?' : '&';
        made += setting + value;
    }
    return made;
}

}  // namespace

Options parse_options(std::string_view json) {
    Options options;
    require_none(read(json, options), "store-postgres");
    return options;
}

ebra_status check_options(std::string_view json, const ebra_config_sink& sink) {
    Options options;
    return put_problems(read(json, options), sink);
}

std::string connection_string(const Options& options) {
    if (is_uri(options.url)) return extended_uri(options);
    std::string made;
    for (const auto& [name, value] : defaults(options)) append(made, name, value);
    append(made, "host", options.host);
    append(made, "port", options.port);
    append(made, "user", options.user);
    append(made, "password", options.password);
    append(made, "dbname", options.dbname);
    // Of a setting named twice the last one counts.
    return made + options.url;
}

std::string quoted_schema(const Options& options) {
    return "\"" + options.schema + "\"";
}

}  // namespace ebra::postgres
