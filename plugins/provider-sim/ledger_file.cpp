#include "ledger_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ebra::sim {

namespace {

/// A torn line is shorter than this: ids and numbers are bounded by the ABI.
constexpr off_t kLineBytesMax = 65'536;

int open_ledger(const std::string& path) {
    if (path.empty()) return -1;
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file >= 0) return file;
    throw LedgerTrouble("provider-sim: /ledger \"" + path +
                        "\" can not be opened: " + std::strerror(errno));
}

ssize_t write_once(int file, const std::string& text) {
    ssize_t written = -1;
    do {
        written = write(file, text.data(), text.size());
    } while (written < 0 && errno == EINTR);
    return written;
}

}  // namespace

LedgerFile::LedgerFile(const std::string& path) : file_(open_ledger(path)) {
    if (file_ < 0) return;
    // Alone with the file, nobody can be in the middle of a write.
    if (flock(file_, LOCK_EX | LOCK_NB) == 0) mend();
    int locked = 0;
    do {
        locked = flock(file_, LOCK_SH);
    } while (locked != 0 && errno == EINTR);
}

LedgerFile::~LedgerFile() {
    if (file_ >= 0) close(file_);
}

void LedgerFile::mend() const {
    struct stat status {};
    if (fstat(file_, &status) != 0 || status.st_size == 0) return;
    const off_t from = status.st_size > kLineBytesMax ? status.st_size - kLineBytesMax : 0;
    std::string tail(static_cast<std::size_t>(status.st_size - from), '\0');
    if (pread(file_, tail.data(), tail.size(), from) != static_cast<ssize_t>(tail.size())) return;
    if (tail.back() == '\n') return;
    const std::size_t newline = tail.rfind('\n');
    if (newline == std::string::npos && from > 0) return;  // No ledger: left to the reader to say.
    const off_t kept = newline == std::string::npos ? 0 : from + static_cast<off_t>(newline) + 1;
    if (ftruncate(file_, kept) != 0) {
        throw LedgerTrouble(std::string("provider-sim: /ledger has a torn last line that can not "
                                        "be cut off: ") +
                            std::strerror(errno));
    }
}

bool LedgerFile::append(const std::string& line) {
    if (file_ < 0) return true;
    // Half a line of an earlier failure must not swallow this one.
    const bool was_torn = is_torn_.load();
    const ssize_t written = write_once(file_, was_torn ? "\n" + line : line);
    const std::size_t wanted = line.size() + (was_torn ? 1 : 0);
    if (written == static_cast<ssize_t>(wanted)) {
        is_torn_.store(false);
        return true;
    }
    if (written > 0) {
        is_torn_.store(true);
        errno = ENOSPC;
    }
    return false;
}

}  // namespace ebra::sim
