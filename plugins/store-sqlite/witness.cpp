#include "witness.hpp"

#include "ebra/plugin.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace ebra::sqlite {

namespace {

// As long as the longest number and its newline, so that one write replaces all that was there.
constexpr std::size_t kBytes = 20;

}  // namespace

Witness::Witness(const ebra_host* host, const std::string& store_path)
    : host_(host), path_(store_path + "-witness") {
    descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) {
        complain("cannot be opened");
        return;
    }
    std::array<char, kBytes> text{};
    const ssize_t size = pread(descriptor_, text.data(), text.size(), 0);
    if (size <= 0) return;
    ebra_time_ms seen = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + size, seen);
    if (parsed.ec == std::errc()) seen_ = seen;
}

Witness::~Witness() {
    if (descriptor_ >= 0) close(descriptor_);
}

void Witness::saw(ebra_time_ms floor) {
    const std::lock_guard lock(mutex_);
    seen_ = floor;
    if (descriptor_ < 0) return;
    std::array<char, kBytes + 1> text{};
    (void)std::snprintf(text.data(), text.size(), "%-19lld\n", static_cast<long long>(floor));
    if (pwrite(descriptor_, text.data(), kBytes, 0) != static_cast<ssize_t>(kBytes)) {
        complain("cannot be written");
    }
}

/// Under mutex_, or while nobody else has this.
void Witness::complain(const std::string& what) {
    if (has_complained_) return;
    has_complained_ = true;
    const std::string text = path_ + " " + what + " (" + std::strerror(errno) +
                             "): a backup in the store's place will not be noticed; after "
                             "restoring one, run: ebra recover";
    host_->log(host_, EBRA_LOG_WARN, plugin::str(text));
}

}  // namespace ebra::sqlite
