#include "preset_reader.hpp"

#include "quantity.hpp"

#include <algorithm>
#include <cctype>

namespace ebra::provider_http {

namespace {

constexpr std::int64_t kVisibilityDelayMsMax = 60 * 60 * 1'000;

const std::vector<std::pair<std::string, std::int32_t>> kClasses = {
    {"permanent", EBRA_CLASS_PERMANENT}, {"transient", EBRA_CLASS_TRANSIENT},
    {"capacity", EBRA_CLASS_CAPACITY},   {"configuration", EBRA_CLASS_CONFIGURATION},
    {"billing", EBRA_CLASS_BILLING},     {"unknown", EBRA_CLASS_NONE},
};

/// More dots in a line than any key needs: each is a table in a table, and a tower of them would be
/// more than the stack of whoever takes it down again.
constexpr std::int64_t kDotsInLineMax = 256;

/// The first line with too many dots; 0 when there is none.
std::size_t line_of_dots(std::string_view text) {
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view one = text.substr(0, end);
        if (std::count(one.begin(), one.end(), '.') > kDotsInLineMax) return line;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return 0;
}

/// Whether `name` may name an option: the same letters as the rest of the configuration.
bool is_option_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return std::islower(letter) != 0 || std::isdigit(letter) != 0 || letter == '_';
    });
}

void read_options(TomlReader& root, Preset& preset) {
    const toml::table* table = root.table("options");
    if (table == nullptr) return;
    TomlReader options(*table, "options", root.problems());
    for (const auto& [key, node] : *table) {
        const std::string name(key.str());
        if (!is_option_name(name)) options.problem(name, "must be made of a-z, 0-9 and _");
        options.each_table(name, [&](TomlReader& reader) {
            OptionRule rule;
            rule.name = name;
            rule.help = reader.required_text("help");
            rule.is_required = reader.flag("required", false);
            rule.is_secret = reader.flag("secret", false);
            rule.fallback = reader.text("default").value_or("");
            preset.options.push_back(std::move(rule));
        });
        root.problems().option_names.push_back(name);
    }
}

AuthRule read_auth(TomlReader& reader) {
    AuthRule rule;
    const std::string kind = reader.choice("kind", {"none", "bearer", "header", "basic", "jwt"});
    if (kind == "bearer" || kind == "header") {
        rule.kind = kind == "bearer" ? AuthKind::kBearer : AuthKind::kHeader;
        rule.token = read_template(reader, "token", true);
        if (kind == "header") rule.header = reader.required_text("header");
    } else if (kind == "basic") {
        rule.kind = AuthKind::kBasic;
        rule.user = read_template(reader, "user", true);
        rule.password = read_template(reader, "password", true);
    } else if (kind == "jwt") {
        rule.kind = AuthKind::kJwt;
        rule.token = read_template(reader, "secret", true);
        rule.lifetime_s = reader.number("lifetime_s", 600, 30, 86'400);
        if (const toml::node* claims = reader.node("claims")) {
            rule.claims = read_body(*claims, reader.path_of("claims"), reader.problems());
        }
    }
    return rule;
}

RefusalRule read_refusal(TomlReader& reader) {
    std::vector<std::string> names;
    for (const auto& [name, number] : kClasses) names.push_back(name);
    RefusalRule rule;
    rule.when = read_condition(reader, "when");
    if (rule.when.empty()) reader.problem("when", "is required: what does this refusal look like?");
    if (reader.node("class") == nullptr) reader.problem("class", "is required: " + one_of(names));
    const std::string chosen = reader.choice("class", names);
    for (const auto& [name, number] : kClasses) {
        if (name == chosen) rule.error_class = number;
    }
    rule.retry_after_ms = reader.number("retry_after_ms", 0, 0, kRetryAfterMsMax);
    return rule;
}

StartRule read_start(TomlReader& reader) {
    StartRule rule;
    rule.request = read_request(reader, "POST");
    rule.success = read_condition(reader, "success");
    if (rule.success.empty())
        reader.problem("success", "is required: what does \"yes\" look like?");
    rule.id = read_template(reader, "id", true);
    reader.each_table("refused",
                      [&](TomlReader& refusal) { rule.refused.push_back(read_refusal(refusal)); });
    rule.retry_after = read_pick(reader, "retry_after");
    rule.message = read_pick(reader, "message");
    rule.keep = read_keep(reader);
    rule.is_idempotent = reader.flag("idempotent", false);
    return rule;
}

LookupRule read_lookup(TomlReader& reader, const NamedMaps& maps, bool is_by_reference) {
    LookupRule rule;
    rule.request = read_request(reader, "GET");
    rule.success = read_condition(reader, "success");
    if (rule.success.empty())
        reader.problem("success", "is required: what does \"yes\" look like?");
    rule.not_found = read_condition(reader, "not_found");
    rule.is_exact = reader.flag("exact", false);
    if (is_by_reference) {
        rule.items = read_pick(reader, "items");
        rule.match = read_pick(reader, "match");
        if (rule.items && !rule.match) reader.problem("match", "is required with \"items\"");
    }
    rule.events = read_events(reader, maps);
    if (rule.events.empty()) reader.problem("event", "is required: how does a call stand?");
    if (reader.raw().contains("id")) rule.id = read_template(reader, "id", false);
    if (is_by_reference && !rule.id) reader.problem("id", "is required: the provider's id");
    return rule;
}

WebhookRule read_webhook(TomlReader& reader, const NamedMaps& maps) {
    WebhookRule rule;
    rule.format =
        reader.choice("format", {"json", "form"}) == "form" ? BodyFormat::kForm : BodyFormat::kJson;
    reader.each_table("signature",
                      [&](TomlReader& signature) { rule.signature = read_signature(signature); });
    rule.events = read_events(reader, maps);
    if (rule.events.empty()) reader.problem("event", "is required: what do webhooks say?");
    return rule;
}

void read_webhook_part(TomlReader& root, const NamedMaps& maps, Preset& preset) {
    root.each_table("webhook", [&](TomlReader& reader) {
        preset.webhook = read_webhook(reader, maps);
        const SignatureRule& signature = preset.webhook->signature;
        const bool is_signed = signature.kind != SignatureKind::kNone;
        if (is_signed && preset.option(signature.secret_option) == nullptr) {
            reader.problem("signature", "its \"secret\" must be the name of a key in [options]",
                           nearest_to(signature.secret_option, root.problems().option_names));
        }
        const bool can_ask = preset.query || preset.reconcile;
        if (is_signed && signature.covers_body) return;
        if (!can_ask) {
            reader.problem("signature",
                           "what is not signed is asked for before it is believed, "
                           "and there is neither [query] nor [reconcile]");
        }
    });
}

void read_root(TomlReader& root, Preset& preset) {
    preset.name = root.required_text("name");
    preset.summary = root.required_text("summary");
    preset.base_url = root.text("base_url").value_or("");
    preset.speaks_call_status = root.flag("speaks_call_status", false);
    preset.visibility_delay_ms = root.number("visibility_delay_ms", 0, 0, kVisibilityDelayMsMax);
    read_options(root, preset);
    const NamedMaps maps = read_maps(root.table("maps"), root.problems());
    root.each_table("auth", [&](TomlReader& reader) { preset.auth = read_auth(reader); });
    if (root.table("start") == nullptr)
        root.problem("start", "is required: how is a call started?");
    root.each_table("start", [&](TomlReader& reader) { preset.start = read_start(reader); });
    root.each_table("query",
                    [&](TomlReader& reader) { preset.query = read_lookup(reader, maps, false); });
    root.each_table("reconcile", [&](TomlReader& reader) {
        preset.reconcile = read_lookup(reader, maps, true);
    });
    root.each_table("cancel", [&](TomlReader& reader) {
        CancelRule rule;
        rule.request = read_request(reader, "POST");
        rule.done = read_condition(reader, "done");
        rule.too_late = read_condition(reader, "too_late");
        if (rule.done.empty()) reader.problem("done", "is required: what does \"yes\" look like?");
        preset.cancel = std::move(rule);
    });
    read_webhook_part(root, maps, preset);
    if (preset.speaks_call_status && preset.webhook) {
        root.problem("webhook", "has no use beside speaks_call_status = true");
    }
    root.finish();
}

}  // namespace

Preset read_preset(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
    Preset preset;
    PresetProblems found;
    found.file = file;
    if (const std::size_t line = line_of_dots(text); line > 0) {
        problems.push_back(
            {file + ":" + std::to_string(line) + ":",
             "has more dots than any key needs (" + std::to_string(kDotsInLineMax) + " at most)",
             ""});
        return preset;
    }
    try {
        const toml::table table = toml::parse(text, file);
        TomlReader root(table, "", found);
        read_root(root, preset);
    } catch (const toml::parse_error& error) {
        found.all.push_back({file + ":" + std::to_string(error.source().begin.line) + ":",
                             "is not TOML: " + std::string(error.description()), ""});
    }
    problems.insert(problems.end(), found.all.begin(), found.all.end());
    return preset;
}

}  // namespace ebra::provider_http
