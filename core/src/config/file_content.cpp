#include "config/file_content.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ebra::config {

namespace {

/// A descriptor that closes itself.
class OpenFile {
 public:
    explicit OpenFile(const std::string& path)
        : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~OpenFile() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int get() const { return descriptor_; }

 private:
    const int descriptor_;
};

Error system_error(const std::string& path) {
    const int cause = errno;
    return {cause == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInvalidArgument,
            path + " cannot be read: " + std::strerror(cause)};
}

Error refusal(std::string message) {
    return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::string> read_all(const OpenFile& file, const std::string& path, std::size_t bytes_max) {
    std::string content(bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t got = read(file.get(), content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error(path);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > bytes_max) {
        return refusal(path + " is larger than " + std::to_string(bytes_max) + " bytes");
    }
    content.resize(size);
    return content;
}

/// Nothing when the file may hold a secret. A pipe or device could block or be read but once.
std::string complaint_about_mode(const struct stat& status, const std::string& path) {
    if (!S_ISREG(status.st_mode)) return path + " is not a plain file";
    if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
        return path + " may be read or changed by others; run chmod 600 " + path;
    }
    return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    const OpenFile file(path);
    if (file.get() < 0) return system_error(path);
    return read_all(file, path, bytes_max);
}

Result<std::string> read_secret(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return system_error(path);
    std::string complaint = complaint_about_mode(status, path);
    if (!complaint.empty()) return refusal(std::move(complaint));
    const OpenFile file(path);
    if (file.get() < 0) return system_error(path);
    // Looked at again through the descriptor: the name may have been given to another file.
    if (fstat(file.get(), &status) != 0) return system_error(path);
    complaint = complaint_about_mode(status, path);
    if (!complaint.empty()) return refusal(std::move(complaint));

    auto content = read_all(file, path, kSecretBytesMax);
    if (!content) return content;
    std::string secret = content.value().substr(0, content.value().find('\n'));
    if (!secret.empty() && secret.back() == '\r') secret.pop_back();
    if (secret.empty()) return refusal(path + " is empty; its first line is the secret");
    return secret;
}

}  // namespace ebra::config
