#include "plugin/library_file.hpp"

#include "plugin/library_search.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <system_error>

namespace ebra {

namespace {

namespace fs = std::filesystem;

std::string system_text(int number) {
    return std::generic_category().message(number);
}

std::string octal(mode_t mode) {
    std::string digits = "0000";
    for (std::size_t at = 0; at < 4; ++at) {
        digits[3 - at] = static_cast<char>('0' + (mode >> (3 * at) & 7));
    }
    return digits;
}

/// Rules that hold for the file and for the directories it stands in; `what` is "file" or
/// "directory".
Status check_owner_and_mode(const std::string& plugin, const char* what, const fs::path& path,
                            const struct stat& status, uid_t service_uid) {
    const std::string named = std::string("its ") + what + " " + path.string();
    if (status.st_uid != 0 && status.st_uid != service_uid) {
        return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                              named + " is owned by user " + std::to_string(status.st_uid) +
                                  ", and only root and the service user (" +
                                  std::to_string(service_uid) + ") may own plugins",
                              "run: chown root " + path.string());
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        const bool by_others = (status.st_mode & S_IWOTH) != 0;
        return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                              named + " is writable by " + (by_others ? "everyone" : "its group") +
                                  " (mode " + octal(status.st_mode) + ")",
                              "run: chmod go-w " + path.string());
    }
    return Done{};
}

/// Checks `directory` and those above it up to and including `top`: whoever can write to one of
/// them can put another file in the place of the plugin.
Status check_directories(const std::string& plugin, fs::path directory, const fs::path& top,
                         uid_t service_uid) {
    while (true) {
        struct stat status {};
        if (::stat(directory.c_str(), &status) != 0) {
            return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                                  "its directory " + directory.string() +
                                      " cannot be looked at: " + system_text(errno),
                                  "give this user the right to enter it");
        }
        Status checked = check_owner_and_mode(plugin, "directory", directory, status, service_uid);
        if (!checked || directory == top) return checked;
        directory = directory.parent_path();
    }
}

Result<LibraryFile> open_checked(const std::string& plugin, const fs::path& path,
                                 uid_t service_uid) {
    // Not to be held up by a pipe, nor led elsewhere by a link made since the path was resolved.
    LibraryFile file;
    file.descriptor =
        Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (!file.descriptor.is_open() || ::fstat(file.descriptor.number(), &status) != 0) {
        return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                              path.string() + " cannot be opened: " + system_text(errno),
                              "make it readable to this user");
    }
    if (!S_ISREG(status.st_mode)) {
        return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                              path.string() + " is not a regular file",
                              "name the plugin's .so file");
    }
    if (static_cast<std::uintmax_t>(status.st_size) > kPluginFileBytesMax) {
        return plugin_refused(
            ErrorCode::kInvalidArgument, plugin,
            path.string() + " is larger than " + std::to_string(kPluginFileBytesMax) + " bytes",
            "name a plugin's .so file, without debug information if need be");
    }
    Status checked = check_owner_and_mode(plugin, "file", path, status, service_uid);
    if (!checked) return std::move(checked).error();
    file.path = path.string();
    file.device = status.st_dev;
    file.inode = status.st_ino;
    return file;
}

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * size);
    for (std::size_t at = 0; at < size; ++at) {
        text.push_back(kDigits[bytes[at] >> 4]);
        text.push_back(kDigits[bytes[at] & 0xF]);
    }
    return text;
}

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// SHA-256 of the file behind `descriptor`, or empty when reading or hashing failed.
std::string hash_contents(int descriptor) {
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> digest(EVP_MD_CTX_new());
    if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) return {};
    std::array<char, 65'536> block{};
    for (std::size_t done = 0; done <= kPluginFileBytesMax;) {
        const ssize_t got =
            ::pread(descriptor, block.data(), block.size(), static_cast<off_t>(done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return {};
        if (got == 0) {
            std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
            unsigned int size = 0;
            if (EVP_DigestFinal_ex(digest.get(), made.data(), &size) != 1) return {};
            return hexadecimal(made.data(), size);
        }
        if (EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(got)) != 1) {
            return {};
        }
        done += static_cast<std::size_t>(got);
    }
    return {};
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

Status check_pin(const PluginRequest& request, const LibraryFile& file) {
    if (file.sha256.empty()) {
        return plugin_refused(ErrorCode::kInvalidArgument, request.name_or_path,
                              file.path + " cannot be read to its end",
                              "check the disk and install the plugin again");
    }
    if (!request.sha256 || lower(*request.sha256) == file.sha256) return Done{};
    return plugin_refused(ErrorCode::kInvalidArgument, request.name_or_path,
                          "the SHA-256 of " + file.path + " is " + file.sha256 +
                              " and not the one pinned in the config, " + *request.sha256,
                          "install the pinned file, or pin the new one if you trust it");
}

}  // namespace

Error plugin_refused(ErrorCode code, const std::string& plugin, const std::string& rule,
                     const std::string& remedy) {
    return Error{code, "plugin \"" + plugin + "\": " + rule + "; " + remedy};
}

Result<LibraryFile> open_library_file(const PluginRequest& request, const LoaderPolicy& policy) {
    const std::string& plugin = request.name_or_path;
    Result<LibraryPlace> place = find_library(plugin, policy.allowed_dirs);
    if (!place) return std::move(place).error();

    Status directories = check_directories(plugin, place->path.parent_path(), place->allowed_dir,
                                           policy.service_uid);
    if (!directories) return std::move(directories).error();
    Result<LibraryFile> file = open_checked(plugin, place->path, policy.service_uid);
    if (!file) return file;

    file->sha256 = hash_contents(file->descriptor.number());
    Status pinned = check_pin(request, file.value());
    if (!pinned) return std::move(pinned).error();
    return file;
}

}  // namespace ebra
