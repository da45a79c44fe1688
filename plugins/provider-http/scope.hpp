/// @file
/// Scope: what the names in a preset stand for. A name is a path of words with dots, e.g.
/// "body.call.id", "header.Retry-After", "option.api_key", "reference". Values; single-threaded.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra::provider_http {

/// A value: text, or a JSON literal (object, array, number, true, false) that goes into a body as
/// is.
struct Value {
    std::string text;
    bool is_json = false;
};

class Scope {
 public:
    virtual ~Scope() = default;
    /// The value of `name`; nothing when it has none, is null, or is empty text.
    virtual std::optional<Value> find(std::string_view name) const = 0;
};

/// Several scopes, asked in order.
class Scopes final : public Scope {
 public:
    Scopes(std::initializer_list<const Scope*> scopes) : scopes_(scopes) {}
    std::optional<Value> find(std::string_view name) const override;

 private:
    std::vector<const Scope*> scopes_;
};

/// What `path` leads to in `root`, or nullptr. A number is an index into an array. A key may itself
/// have dots ("attributes.sip.callID"): longer keys are tried first.
const nlohmann::json* find_path(const nlohmann::json& root, std::string_view path);

/// Text as text, all else as JSON; nothing for null and for empty text.
std::optional<Value> value_of(const nlohmann::json& node);

/// The rest of `name` behind "prefix."; nothing when it does not begin so.
std::optional<std::string_view> behind(std::string_view name, std::string_view prefix);

}  // namespace ebra::provider_http
