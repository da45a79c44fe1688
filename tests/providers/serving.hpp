/// @file
/// Serving: the real `ebra serve` with one provider over HTTP, named "main", in a folder of its
/// own. It can be killed and started again at the same address.
#pragma once

#include "child.hpp"
#include "server.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace ebra::integration {

class Serving {
 public:
    /// `options`: the provider's, as a TOML table. `engine`: more lines for [engine].
    Serving(const std::filesystem::path& folder, const std::string& options,
            const std::string& engine = "");

    /// kill -9, and a new process on the same files at the same address.
    void kill_and_restart();

    const std::string& url() const { return url_; }
    std::string errors() const { return child_->errors(); }
    nlohmann::json call(const std::string& id) const;
    nlohmann::json counts() const;
    bool wait_until_all_ended(std::chrono::seconds patience) const;

 private:
    void start(const std::string& listen);

    const std::filesystem::path folder_;
    const std::string options_;
    const std::string engine_;
    std::unique_ptr<Child> child_;
    std::string url_;
};

}  // namespace ebra::integration
