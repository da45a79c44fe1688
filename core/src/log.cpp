#include "log.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <string>

namespace ebra::log {

namespace {

// spdlog writes the time; the rest of the line comes from here whole, because spdlog escapes
// nothing.
constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %v";
constexpr const char* kJsonPattern = "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v";

struct State {
    spdlog::logger logger{"ebra", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    Format format = Format::kText;

    State() { use(Format::kText); }

    void use(Format chosen) {
        format = chosen;
        logger.set_pattern(chosen == Format::kJson ? kJsonPattern : kTextPattern,
                           spdlog::pattern_time_type::utc);
    }
};

/// Never destroyed: plugin threads may log until the process is gone.
State& state() {
    static State* const made = new State;
    return *made;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::kDebug:
            return spdlog::level::debug;
        case Level::kInfo:
            return spdlog::level::info;
        case Level::kWarn:
            return spdlog::level::warn;
        case Level::kError:
            return spdlog::level::err;
        case Level::kOff:
            break;
    }
    return spdlog::level::off;
}

std::string_view name_of(Level level) {
    switch (level) {
        case Level::kDebug:
            return "debug";
        case Level::kInfo:
            return "info";
        case Level::kWarn:
            return "warn";
        case Level::kError:
        case Level::kOff:
            break;
    }
    return "error";
}

std::string dump(const nlohmann::ordered_json& json) {
    // Bytes that are not UTF-8 become U+FFFD instead of an exception: a bad log line is no reason
    // to stop.
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json to_json(const Field& field) {
    return std::visit([](const auto& value) { return nlohmann::ordered_json(value); }, field.value);
}

/// The line as JSON but for its opening brace, which stands in the pattern, before the time.
std::string json_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
    nlohmann::ordered_json line{{"level", name_of(level)}, {"event", event}};
    for (const Field& field : fields) line[std::string(field.name)] = to_json(field);
    return dump(line).substr(1);
}

bool reads_plainly(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
    });
}

/// "level event name=value ..."; a value that would not read plainly is quoted as JSON does, so
/// that no field can forge a second line.
std::string text_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
    std::string line(name_of(level));
    line.append(" ").append(event);
    for (const Field& field : fields) {
        const auto* text = std::get_if<std::string_view>(&field.value);
        line.append(" ").append(field.name).append("=");
        line.append(text != nullptr && reads_plainly(*text) ? std::string(*text)
                                                            : dump(to_json(field)));
    }
    return line;
}

}  // namespace

void configure(Level lowest, Format format) {
    state().logger.set_level(to_spdlog(lowest));
    state().use(format);
}

bool enabled(Level level) {
    return state().logger.should_log(to_spdlog(level));
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    const bool as_json = state().format == Format::kJson;
    const std::string line =
        as_json ? json_line(level, event, fields) : text_line(level, event, fields);
    state().logger.log(to_spdlog(level), spdlog::string_view_t(line));
}

}  // namespace ebra::log
