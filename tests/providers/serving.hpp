/// @file
/// Serving: the real `ebra serve` with one provider over HTTP, named "main". Alone in a folder, or
/// one of several nodes on a store they share. It can be killed and started again at the same
/// address.
#pragma once

#include "child.hpp"
#include "server.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ebra::integration {

struct ServingPlace {
    std::string store{};                     ///< Lines for [store]; empty = SQLite in the folder.
    std::string provider{};                  ///< More lines for [[provider]].
    int node = 0;                            ///< Names the files of this node.
    std::string http{};                      ///< More lines for [http].
    std::vector<std::string> environment{};  ///< "NAME=value", beside this process's own.
};

/// A provider's options as a TOML table in one line.
std::string toml_of(const nlohmann::json& options);

class Serving {
 public:
    /// `options`: the provider's, as a TOML table. `engine`: more lines for [engine].
    Serving(const std::filesystem::path& folder, const std::string& options,
            const std::string& engine = "", ServingPlace place = {});

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
    const ServingPlace place_;
    std::unique_ptr<Child> child_;
    std::string url_;
};

}  // namespace ebra::integration
