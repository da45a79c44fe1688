#include "ledger_lines.hpp"

#include "real_time.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace ebra::sim {

namespace {

using nlohmann::ordered_json;

std::string line_of(const ordered_json& fields) {
    return fields.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string dial_line(const DialedCall& call) {
    ordered_json fields = {
        {"kind", "dial"},
        {"id", call.id},
        {"reference", call.reference},
        {"to", call.number},
        {"boot", boot_tag()},
        {"mono_ns", call.dialed_ns},
        {"end_mono_ns", nullptr},
        {"wall_ms", call.dialed_wall_ms},
        {"provider", call.provider},
        {"pid", getpid()},
        {"fate", call.end_ns ? name_of(call.fate.ending) : "open"},
        {"talk_ms", call.fate.talk_ms},
        {"answer", call.fate.start == StartFate::kLostAnswer ? "lost" : "placed"},
    };
    if (call.end_ns) fields["end_mono_ns"] = *call.end_ns;
    return line_of(fields);
}

std::string end_line(const DialedCall& call, std::int64_t mono_ns, std::int64_t wall_ms,
                     std::string_view why) {
    return line_of({{"kind", "end"},
                    {"id", call.id},
                    {"reference", call.reference},
                    {"boot", boot_tag()},
                    {"mono_ns", mono_ns},
                    {"wall_ms", wall_ms},
                    {"fate", why}});
}

std::optional<LedgerLine> parse_line(std::string_view text) {
    const auto fields = nlohmann::json::parse(text, nullptr, false);
    if (!fields.is_object()) return std::nullopt;
    try {
        LedgerLine line;
        const std::string kind = fields.at("kind");
        if (kind != "dial" && kind != "end") return std::nullopt;
        line.is_dial = kind == "dial";
        line.id = fields.at("id");
        line.reference = fields.at("reference");
        line.boot = fields.at("boot");
        line.mono_ns = fields.at("mono_ns");
        line.wall_ms = fields.at("wall_ms");
        line.fate = fields.at("fate");
        if (!line.is_dial) return line;
        line.talk_ms = fields.at("talk_ms");
        if (!fields.at("end_mono_ns").is_null()) line.end_mono_ns = fields.at("end_mono_ns");
        return line;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

}  // namespace ebra::sim
