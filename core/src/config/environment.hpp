/// @file
/// The environment as the config sees it: the real one, and `.env` behind it. Read once; constant.
#pragma once

#include "ebra/config.hpp"

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

    /// `text` with every ${NAME} replaced. Nothing, and the name in `missing`, when one is not set.
    std::optional<std::string> interpolate(std::string_view text, std::string& missing) const;

 private:
    void read_line(const std::string& line, const ConfigPosition& at, const std::string& file,
                   std::vector<ConfigProblem>& problems);

    const ConfigInput& input_;
    std::map<std::string, std::string, std::less<>> dot_env_;
};

}  // namespace ebra::config
