#include "message.hpp"

#include "encoding.hpp"

namespace ebra::provider_http {

namespace {

/// A name that comes twice becomes a list.
nlohmann::json object_of(std::string_view form) {
    nlohmann::json made = nlohmann::json::object();
    for (auto& [name, value] : parse_form(form)) {
        nlohmann::json& place = made[name];
        if (place.is_null()) {
            place = std::move(value);
        } else if (place.is_array()) {
            place.push_back(std::move(value));
        } else {
            place = nlohmann::json::array({place, std::move(value)});
        }
    }
    return made;
}

}  // namespace

std::optional<nlohmann::json> parse_json(std::string_view text) {
    bool is_too_deep = false;
    const auto watch_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        is_too_deep = is_too_deep || depth > kJsonDepthMax;
        return !is_too_deep;
    };
    nlohmann::json made = nlohmann::json::parse(text.begin(), text.end(), watch_depth, false);
    if (made.is_discarded() || is_too_deep) return std::nullopt;
    return made;
}

Message::Message(int status, Headers headers, std::string body, BodyFormat format)
    : status_(status), headers_(std::move(headers)), raw_(std::move(body)) {
    if (format == BodyFormat::kForm) {
        body_ = object_of(raw_);
        is_understood_ = true;
    } else if (std::optional<nlohmann::json> parsed = parse_json(raw_)) {
        body_ = std::move(*parsed);
        is_understood_ = true;
    }
}

std::optional<Value> Message::find(std::string_view name) const {
    if (name == "status") {
        if (status_ == 0) return std::nullopt;
        return Value{std::to_string(status_), true};
    }
    if (name == "raw") return raw_.empty() ? std::nullopt : std::optional(Value{raw_, false});
    if (const auto header_name = behind(name, "header")) {
        const std::string* found = header(*header_name);
        if (found == nullptr || found->empty()) return std::nullopt;
        return Value{*found, false};
    }
    const nlohmann::json* node = nullptr;
    if (name == "body") node = &body_;
    if (const auto path = behind(name, "body")) node = find_path(body_, *path);
    if (const auto path = behind(name, "query")) node = find_path(query_, *path);
    if (const auto path = behind(name, "item")) node = find_path(item_, *path);
    return node == nullptr ? std::nullopt : value_of(*node);
}

const std::string* Message::header(std::string_view name) const {
    for (const auto& [known, value] : headers_) {
        if (equals_ignoring_case(known, name)) return &value;
    }
    return nullptr;
}

void Message::set_query(std::string_view query) {
    query_ = object_of(query);
}

}  // namespace ebra::provider_http
