/// @file
/// Providers: the configured ones, by name, in routing order. Fixed once the node is built; reading
/// is thread-safe.
#pragma once

#include "plugin/provider.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

class Providers {
 public:
    void add(std::unique_ptr<Provider> provider) { all_.push_back(std::move(provider)); }

    /// The provider of that name, or nullptr.
    Provider* find(std::string_view name) const {
        for (const auto& provider : all_) {
            if (provider->name() == name) return provider.get();
        }
        return nullptr;
    }

    /// Names of those that can take work, in routing order.
    std::vector<std::string> able() const {
        std::vector<std::string> names;
        for (const auto& provider : all_) {
            if (!provider->is_faulty()) names.push_back(provider->name());
        }
        return names;
    }

    const std::vector<std::unique_ptr<Provider>>& all() const { return all_; }

 private:
    std::vector<std::unique_ptr<Provider>> all_;
};

}  // namespace ebra
