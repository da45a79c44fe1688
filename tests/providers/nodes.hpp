/// @file
/// Nodes: several `ebra serve` on one store, "sqlite" in a folder or "postgres" in a schema of its
/// own on the private server that tests/postgres/server.sh has started.
#pragma once

#include "serving.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ebra::integration {

class Nodes {
 public:
    /// `options`, `engine`: as Serving has them. `provider`: more lines for [[provider]].
    Nodes(const std::string& store, int count, const std::filesystem::path& folder,
          const std::string& options, const std::string& engine, const std::string& provider = "");

    /// Starts one more.
    void add();

    Serving& operator[](std::size_t index) { return *nodes_[index]; }
    std::size_t size() const { return nodes_.size(); }

 private:
    const std::filesystem::path folder_;
    const std::string options_;
    const std::string engine_;
    const std::string provider_;
    const std::string store_;  ///< Lines for [store].
    std::vector<std::unique_ptr<Serving>> nodes_;
};

}  // namespace ebra::integration
