#include "settings.hpp"

#include "encoding.hpp"
#include "options_reader.hpp"
#include "preset_files.hpp"
#include "preset_reader.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <stdexcept>
#include <sys/resource.h>

namespace ebra::provider_http {

namespace {

constexpr std::int64_t kTimeoutMsMax = 10 * 60 * 1'000;
constexpr std::int64_t kInHandMax = 100'000;
constexpr std::int64_t kAnswerBytesMax = 16 * 1024 * 1024;
constexpr std::int64_t kConnectionsMax = 65'536;
/// A secret shorter than this would be found by chance in other text.
constexpr std::size_t kMaskedSecretBytesMin = 6;

/// Half of what the process may open: the rest is the store's, the API's and other providers'.
std::int64_t connections_by_default() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
    const std::uint64_t half = limit.rlim_cur / 2;
    return static_cast<std::int64_t>(std::clamp<std::uint64_t>(half, 16, 16'384));
}

std::optional<PresetText> chosen_preset(OptionsReader& reader) {
    const std::optional<std::string> name = reader.text("preset");
    const std::optional<std::string> file = reader.text("preset_file");
    const std::string folder = reader.text("preset_dir").value_or("");
    if (file) {
        std::optional<PresetText> found = read_preset_file(*file);
        if (!found) {
            reader.problem("preset_file",
                           "cannot be read: \"" + *file +
                               "\" is no file of at most 256 KiB that Ebra may read");
        }
        return found;
    }
    if (!name) {
        reader.problem("preset", "is required: " + one_of(built_in_presets()) +
                                     ", or set preset_file to a preset of your own");
        return std::nullopt;
    }
    std::optional<PresetText> found = find_preset(*name, folder);
    if (!found) {
        reader.problem(
            "preset",
            "must be " + one_of(built_in_presets()) + ", or the name of a file in preset_dir",
            nearest_to(*name, built_in_presets()));
    }
    return found;
}

std::string read_url(OptionsReader& reader, const std::string& key, std::string url) {
    while (!url.empty() && url.back() == '/') url.pop_back();
    const bool is_url = url.rfind("https://", 0) == 0 || url.rfind("http://", 0) == 0;
    const std::size_t host_at = url.find("//") + 2;
    const bool is_plain = url.find_first_of(" \t\r\n?#") == std::string::npos;
    const bool has_host = is_url && url.size() > host_at && url[host_at] != '/';
    if (has_host && is_plain && url.find('@', host_at) == std::string::npos) return url;
    reader.problem(key,
                   "must be a URL that begins with https:// or http://, without query and "
                   "without user, e.g. \"https://api.example.com\"");
    return {};
}

/// The preset's own options, as its [options] say.
void read_own(OptionsReader& reader, Settings& into) {
    for (const OptionRule& rule : into.preset.options) {
        std::vector<std::string> given = reader.texts(rule.name);
        std::erase(given, std::string());
        if (given.empty() && rule.is_required) {
            reader.problem(rule.name,
                           "is required by preset \"" + into.preset.name + "\": " + rule.help);
        }
        if (given.empty() && !rule.fallback.empty()) given.push_back(rule.fallback);
        if (given.empty()) continue;
        into.values[rule.name] = given.front();
        if (!rule.is_secret) continue;
        for (const std::string& secret : given) {
            if (secret.size() >= kMaskedSecretBytesMin) into.secrets.push_back(secret);
        }
    }
}

std::optional<std::string> decoded_secret(const SignatureRule& rule, const std::string& secret) {
    constexpr std::string_view kPrefix = "whsec_";
    switch (rule.secret_encoding) {
        case SecretEncoding::kText:
            return rule.kind == SignatureKind::kEd25519 ? from_base64(secret) : secret;
        case SecretEncoding::kBase64:
            return from_base64(secret);
        case SecretEncoding::kStandardWebhooks:
            return from_base64(secret.rfind(kPrefix, 0) == 0 ? secret.substr(kPrefix.size())
                                                             : secret);
    }
    return std::nullopt;
}

void read_webhook_secrets(OptionsReader& reader, Settings& into) {
    into.believes_unsigned = reader.flag("unsigned_webhooks", false);
    if (!into.preset.webhook) return;
    const SignatureRule& rule = into.preset.webhook->signature;
    const bool can_ask = into.preset.query || into.preset.reconcile;
    if (into.believes_unsigned && !can_ask) {
        reader.problem("unsigned_webhooks", "must be false: preset \"" + into.preset.name +
                                                "\" has no query to check unsigned webhooks with");
    }
    if (rule.kind == SignatureKind::kNone) return;
    for (const std::string& secret : reader.texts(rule.secret_option)) {
        if (secret.empty()) continue;
        const std::optional<std::string> key = decoded_secret(rule, secret);
        const bool is_key =
            key && !key->empty() && (rule.kind != SignatureKind::kEd25519 || key->size() == 32);
        if (!is_key) {
            reader.problem(rule.secret_option, "is not a key of the form this provider gives out");
        } else {
            into.webhook_secrets.push_back(*key);
        }
    }
    if (!into.webhook_secrets.empty() || into.believes_unsigned) return;
    if (into.preset.option(rule.secret_option)->is_required) return;  // Reported already.
    reader.problem(rule.secret_option,
                   "is required to verify webhooks" +
                       std::string(can_ask ? "; or set unsigned_webhooks = true, and each webhook "
                                             "is checked by asking the provider"
                                           : ""));
}

void read_loop(OptionsReader& reader, Settings& into) {
    LoopSettings& loop = into.loop;
    loop.connect_timeout_ms = reader.number("connect_timeout_ms", 10'000, 100, kTimeoutMsMax);
    into.late_answer_ms = reader.number("late_answer_ms", 30'000, 0, kTimeoutMsMax);
    loop.in_hand_max =
        static_cast<std::size_t>(reader.number("in_hand_max", 16'384, 1, kInHandMax));
    loop.connections_max =
        reader.number("connections_max", connections_by_default(), 1, kConnectionsMax);
    loop.answer_bytes_max = static_cast<std::size_t>(
        reader.number("answer_bytes_max", 1024 * 1024, 1024, kAnswerBytesMax));
    if (auto proxy = reader.text("proxy"); proxy && !proxy->empty()) {
        loop.proxy = read_url(reader, "proxy", std::move(*proxy));
    }
    loop.ca_file = reader.text("ca_file").value_or("");
}

BodyTemplate template_of(const nlohmann::json& node) {
    if (node.is_string()) return BodyTemplate(Template(node.get<std::string>()));
    if (node.is_object()) {
        BodyTemplate::Object object;
        for (const auto& [key, child] : node.items()) object.emplace(key, template_of(child));
        return BodyTemplate(std::move(object));
    }
    if (node.is_array()) {
        BodyTemplate::Array array;
        for (const auto& child : node) array.push_back(template_of(child));
        return BodyTemplate(std::move(array));
    }
    return BodyTemplate(node.dump());
}

/// What the user adds to each start's body and headers.
void read_additions(OptionsReader& reader, Settings& into) {
    if (const nlohmann::json* body = reader.object("body")) {
        try {
            into.preset.start.request.body.merge(template_of(*body));
        } catch (const std::invalid_argument& thrown) {
            reader.problem("body", std::string("is not understood: ") + thrown.what());
        }
    }
    const nlohmann::json* headers = reader.object("headers");
    if (headers == nullptr) return;
    for (const auto& [name, value] : headers->items()) {
        const bool is_line =
            value.is_string() && !name.empty() &&
            name.find_first_of(": \t\r\n") == std::string::npos &&
            value.get_ref<const std::string&>().find_first_of("\r\n") == std::string::npos;
        if (!is_line) {
            reader.problem("headers", "must have names and texts of one line: \"" +
                                          printable(name, 64) + "\" is not so");
            continue;
        }
        into.headers[name] = value.get<std::string>();
        if (value.get_ref<const std::string&>().size() >= kMaskedSecretBytesMin) {
            into.secrets.push_back(value.get<std::string>());
        }
    }
}

void read_all(OptionsReader& reader, Settings& into, std::vector<Problem>& problems) {
    const std::optional<PresetText> text = chosen_preset(reader);
    if (!text) return;
    const std::size_t before = problems.size();
    into.preset = read_preset(text->text, text->file, problems);
    for (std::size_t i = before; i < problems.size(); ++i) {
        problems[i].text = problems[i].pointer + " " + problems[i].text;
        problems[i].pointer = "/preset";
    }
    if (problems.size() > before) return;
    const std::optional<std::string> url = reader.text("base_url");
    if (!url && into.preset.base_url.empty()) {
        reader.problem("base_url",
                       "is required: where the provider's API is, e.g. "
                       "\"https://api.example.com\"");
    } else {
        into.base_url = read_url(reader, "base_url", url.value_or(into.preset.base_url));
    }
    read_own(reader, into);
    read_webhook_secrets(reader, into);
    read_loop(reader, into);
    read_additions(reader, into);
    const std::string voicemail = reader.text("voicemail").value_or("completed");
    into.voicemail_is_failure = voicemail == "failed";
    if (voicemail != "failed" && voicemail != "completed") {
        reader.problem("voicemail", "must be \"completed\" or \"failed\"");
    }
    reader.finish();
}

}  // namespace

Settings read_settings(std::string_view json, std::vector<Problem>& problems) {
    Settings settings;
    const std::optional<nlohmann::json> options = parse_json(json.empty() ? "{}" : json);
    if (!options || !options->is_object()) {
        problems.push_back({"", "the options must be a table", ""});
        return settings;
    }
    OptionsReader reader(*options, problems);
    read_all(reader, settings, problems);
    return settings;
}

ebra_status check_settings(std::string_view json, const ebra_config_sink& sink) {
    std::vector<Problem> problems;
    read_settings(json, problems);
    for (const Problem& problem : problems) {
        auto put = plugin::sized<ebra_config_problem>();
        put.pointer = plugin::str(problem.pointer);
        put.text = plugin::str(problem.text);
        put.nearest = plugin::str(problem.nearest);
        sink.put(sink.context, &put);
    }
    return problems.empty() ? EBRA_OK : EBRA_INVALID_ARGUMENT;
}

}  // namespace ebra::provider_http
