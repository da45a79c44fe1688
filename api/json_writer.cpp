#include "json_writer.hpp"

#include "time_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ebra {

namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    needs_comma_ = true;
    return *this;
}

void JsonWriter::separate() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
}

JsonWriter& JsonWriter::name(std::string_view name) {
    separate();
    out_.append("\"").append(name).append("\":");
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view text) {
    if (!is_plain(text)) {
        using Json = nlohmann::json;
        return raw(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    separate();
    out_.append("\"").append(text).append("\"");
    return *this;
}

JsonWriter& JsonWriter::text_or_null(std::string_view value) {
    return value.empty() ? raw("null") : text(value);
}

JsonWriter& JsonWriter::number(std::int64_t number) {
    return raw(std::to_string(number));
}

JsonWriter& JsonWriter::number_or_null(std::int64_t value) {
    return value < 0 ? raw("null") : number(value);
}

JsonWriter& JsonWriter::boolean(bool value) {
    return raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::time(std::int64_t ms) {
    return ms == 0 ? raw("null") : text(time_text(ms));
}

}  // namespace ebra
