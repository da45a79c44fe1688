// The parts of a preset that say what a webhook or an answer means.
#include "preset_reader.hpp"

namespace ebra::provider_http {

namespace {

DispositionMap read_map(const toml::node& node, const std::string& path, PresetProblems& problems) {
    DispositionMap map;
    const auto* list = node.as_array();
    if (list == nullptr) {
        problems.add(node, path, "must be a list of pairs, e.g. [[\"busy*\", \"busy\"]]");
        return map;
    }
    for (const auto& entry : *list) {
        const auto* pair = entry.as_array();
        const bool is_pair = pair != nullptr && pair->size() == 2 && (*pair)[0].is_string() &&
                             (*pair)[1].is_string();
        if (!is_pair) {
            problems.add(entry, path, "must hold pairs of two texts: a pattern and a disposition");
            continue;
        }
        const std::string word = (*pair)[1].as_string()->get();
        if (const auto disposition = disposition_of(word)) {
            map.emplace_back((*pair)[0].as_string()->get(), *disposition);
        } else {
            problems.add(
                entry, path,
                "has \"" + word + "\", but a disposition is " + one_of(disposition_names()),
                nearest_to(word, disposition_names()));
        }
    }
    return map;
}

DispositionMap named_map(TomlReader& reader, const NamedMaps& maps) {
    const toml::node* node = reader.node("map");
    if (node == nullptr) {
        reader.problem("map", "is required: a list of pairs, or the name of one in [maps]");
        return {};
    }
    const auto* name = node->as_string();
    if (name == nullptr) return read_map(*node, reader.path_of("map"), reader.problems());
    const auto found = maps.find(name->get());
    if (found != maps.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [known_name, map] : maps) known.push_back(known_name);
    reader.problem("map", "names \"" + name->get() + "\", but [maps] has no such key",
                   nearest_to(name->get(), known));
    return {};
}

void read_dispositions(TomlReader& reader, const NamedMaps& maps, EventRule& rule) {
    if (reader.node("disposition") != nullptr) rule.dispositions.clear();
    reader.each_table("disposition", [&](TomlReader& step) {
        std::optional<Pick> value = read_pick(step, "from");
        if (!value) return step.problem("from", "is required");
        rule.dispositions.push_back({std::move(*value), named_map(step, maps)});
    });
    if (reader.node("otherwise") == nullptr) return;
    const std::string word = reader.choice("otherwise", disposition_names());
    rule.otherwise = disposition_of(word).value_or(rule.otherwise);
}

void read_duration(TomlReader& reader, EventRule& rule) {
    reader.each_table("duration", [&](TomlReader& duration) {
        rule.duration = {};
        rule.duration.value = read_pick(duration, "value");
        rule.duration.from = read_pick(duration, "from");
        rule.duration.to = read_pick(duration, "to");
        const std::string unit = duration.choice("unit", {"s", "ms", "min"});
        rule.duration.ms_per_unit = unit == "ms" ? 1 : unit == "min" ? 60'000 : 1'000;
        const bool is_span = rule.duration.from && rule.duration.to;
        if (!rule.duration.value && !is_span) {
            duration.problem("value", "is required, or \"from\" and \"to\"");
        }
    });
}

void read_cost(TomlReader& reader, EventRule& rule) {
    reader.each_table("cost", [&](TomlReader& cost) {
        rule.cost = {};
        rule.cost.value = read_pick(cost, "value");
        if (!rule.cost.value) cost.problem("value", "is required");
        const bool is_minor = cost.choice("unit", {"major", "minor"}) == "minor";
        rule.cost.micros_per_unit = is_minor ? 10'000 : 1'000'000;
        rule.cost.currency = cost.text("currency").value_or("USD");
        rule.cost.currency_name = read_pick(cost, "currency_from");
    });
}

void override_template(TomlReader& reader, const std::string& key, std::optional<Template>& into) {
    if (reader.node(key) != nullptr) into = read_template(reader, key, false);
}

void override_pick(TomlReader& reader, const std::string& key, std::optional<Pick>& into) {
    if (reader.node(key) != nullptr) into = read_pick(reader, key);
}

/// What `reader` says laid over what `rule` has.
void read_over(TomlReader& reader, const NamedMaps& maps, EventRule& rule) {
    override_template(reader, "id", rule.id);
    override_template(reader, "reference", rule.reference);
    override_template(reader, "dedup", rule.dedup);
    override_template(reader, "reason", rule.reason);
    override_pick(reader, "occurred_at", rule.occurred_at);
    override_pick(reader, "recording", rule.recording);
    override_pick(reader, "transcript", rule.transcript);
    read_dispositions(reader, maps, rule);
    read_duration(reader, rule);
    read_cost(reader, rule);
    if (reader.node("keep") != nullptr) rule.keep = read_keep(reader);
}

}  // namespace

NamedMaps read_maps(const toml::table* table, PresetProblems& problems) {
    NamedMaps maps;
    if (table == nullptr) return maps;
    for (const auto& [key, node] : *table) {
        const std::string name(key.str());
        maps.emplace(name, read_map(node, "maps." + name, problems));
    }
    return maps;
}

std::vector<EventRule> read_events(TomlReader& reader, const NamedMaps& maps) {
    EventRule common;
    read_over(reader, maps, common);
    std::vector<EventRule> rules;
    reader.each_table("event", [&](TomlReader& event) {
        EventRule rule = common;
        rule.when = read_condition(event, "when");
        const std::string kind = event.choice("kind", event_kind_names());
        if (event.node("kind") == nullptr) event.problem("kind", "is required");
        rule.kind = event_kind_of(kind).value_or(EBRA_EVENT_ENDED);
        read_over(event, maps, rule);
        if (rule.kind == EBRA_EVENT_ENDED && rule.dispositions.empty()) {
            event.problem("disposition", "is required: how is the end of a call told?");
        }
        rules.push_back(std::move(rule));
    });
    return rules;
}

SignatureRule read_signature(TomlReader& reader) {
    SignatureRule rule;
    const std::string kind = reader.choice("kind", {"hmac", "ed25519", "jwt", "shared_secret"});
    rule.kind = kind == "hmac"      ? SignatureKind::kHmac
                : kind == "ed25519" ? SignatureKind::kEd25519
                : kind == "jwt"     ? SignatureKind::kJwt
                                    : SignatureKind::kSharedSecret;
    rule.header = reader.required_text("header");
    rule.prefix = reader.text("prefix").value_or("");
    const std::string layout = reader.choice("layout", {"plain", "list", "pairs"});
    rule.layout = layout == "list"    ? SignatureLayout::kList
                  : layout == "pairs" ? SignatureLayout::kPairs
                                      : SignatureLayout::kPlain;
    rule.separator = reader.text("separator").value_or(",");
    rule.assign = reader.text("assign").value_or("=");
    if (rule.separator.empty() || rule.assign.empty()) {
        reader.problem("separator", "must not be empty, nor may \"assign\"");
    }
    rule.signature_key = reader.text("signature_key").value_or("");
    rule.timestamp_key = reader.text("timestamp_key").value_or("");
    rule.timestamp_header = reader.text("timestamp_header").value_or("");
    rule.tolerance_s = reader.number("tolerance_s", 0, 0, 24 * 60 * 60);
    const bool is_signed =
        rule.kind == SignatureKind::kHmac || rule.kind == SignatureKind::kEd25519;
    rule.signed_bytes = read_template(reader, "signed", is_signed);
    const std::string digest = reader.choice("digest", {"sha256", "sha1", "sha512"});
    rule.digest = digest == "sha1"     ? Digest::kSha1
                  : digest == "sha512" ? Digest::kSha512
                                       : Digest::kSha256;
    rule.encoding = reader.choice("encoding", {"hex", "base64"}) == "hex"
                        ? SignatureEncoding::kHex
                        : SignatureEncoding::kBase64;
    rule.secret_option = reader.required_text("secret");
    const std::string secret =
        reader.choice("secret_encoding", {"text", "base64", "standard_webhooks"});
    rule.secret_encoding = secret == "base64"              ? SecretEncoding::kBase64
                           : secret == "standard_webhooks" ? SecretEncoding::kStandardWebhooks
                                                           : SecretEncoding::kText;
    rule.covers_body = reader.flag("covers_body", true);
    rule.ignores_port = reader.flag("ignores_port", false);
    rule.body_hash_claim = reader.text("body_hash_claim").value_or("");
    rule.issuer = read_template(reader, "issuer", false);
    if (rule.layout == SignatureLayout::kPairs && rule.signature_key.empty()) {
        reader.problem("signature_key", "is required with layout \"pairs\"");
    }
    const bool has_time = rule.kind == SignatureKind::kJwt || !rule.timestamp_key.empty() ||
                          !rule.timestamp_header.empty();
    if (rule.tolerance_s > 0 && !has_time) {
        reader.problem("tolerance_s", "needs \"timestamp_key\" or \"timestamp_header\"");
    }
    return rule;
}

}  // namespace ebra::provider_http
