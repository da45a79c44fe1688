/// @file
/// The environment as the config sees it: the real one, and `.env` behind it. Read once; constant.
#pragma once

#include "ebra/config.hpp"
#include "ebra/result.hpp"

#include <map>
#include <string>

namespace ebra::config {

class Environment {
 public:
    /// Reads `.env` in the input's working directory when there is one; bad lines become problems.
    Environment(const ConfigInput& input, std::vector<ConfigProblem>& problems);

    struct Value {
        std::string text;
        std::string source;  ///< "environment NAME" or ".env NAME"
    };

    /// The value of a variable that is set and not empty.
    std::optional<Value> get(std::string_view name) const;

    /// `text` with every ${NAME} replaced and every $${ made ${. The error names the variable that
    /// is missing; it never holds a value.
    Result<std::string> interpolate(std::string_view text) const;

 private:
    void read_line(std::string_view line, const ConfigPosition& at, const std::string& file,
                   std::vector<ConfigProblem>& problems);
    Result<std::string> value_for(std::string_view name) const;

    const ConfigInput& input_;
    std::map<std::string, std::string, std::less<>> dot_env_;
};

}  // namespace ebra::config
