/// @file
/// LibraryFile: a plugin's file, found by name, checked against the rules of who may have written
/// it, opened once and hashed. Used by the loader, at set-up, on one thread. It never runs code of
/// the file, and whoever swaps the file afterwards changes nothing: all that follows uses the
/// descriptor.
#pragma once

#include "ebra/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ebra {

/// Which plugin is wanted.
struct PluginRequest {
    std::string name_or_path;           ///< "store-sqlite", or an absolute path.
    std::optional<std::string> sha256;  ///< The only contents to accept, as 64 hexadecimal digits.
};

/// Which files may become plugins.
struct LoaderPolicy {
    std::vector<std::filesystem::path> allowed_dirs;  ///< Searched in this order.
    uid_t service_uid = geteuid();                    ///< May own plugins, beside root.
};

/// A file larger than this is no plugin.
inline constexpr std::size_t kPluginFileBytesMax = 1'024 * 1'024 * 1'024;

/// An open descriptor; closes it. Movable.
class Descriptor {
 public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    bool is_open() const { return number_ >= 0; }
    int number() const { return number_; }

 private:
    int number_;
};

struct LibraryFile {
    Descriptor descriptor;
    std::string path;    ///< Canonical.
    std::string sha256;  ///< Of the whole file, 64 hexadecimal digits in lower case.
    dev_t device = 0;
    ino_t inode = 0;
};

/// The Error every refusal of a plugin is: "plugin NAME: RULE; REMEDY".
Error plugin_refused(ErrorCode code, const std::string& plugin, const std::string& rule,
                     const std::string& remedy);

/// Finds, checks, opens and hashes. kNotFound: no such file; kInvalidArgument: a rule is broken.
/// Each message names the plugin, the rule and the remedy. Blocks for as long as reading the file
/// takes.
Result<LibraryFile> open_library_file(const PluginRequest& request, const LoaderPolicy& policy);

}  // namespace ebra
