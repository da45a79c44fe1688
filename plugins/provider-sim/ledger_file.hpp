/// @file
/// LedgerFile: the witness. Every dial is one line, appended with one write before the start is
/// answered, to a file that all instances and nodes of a machine share. A line that is not in the
/// file was not a dial. Thread-safe. A write goes to the page cache and takes microseconds; it is
/// not synced, because the witness must survive processes, not the machine.
#pragma once

#include <atomic>
#include <stdexcept>
#include <string>

namespace ebra::sim {

/// The ledger can not be opened; the message says which and why.
class LedgerTrouble : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

class LedgerFile {
 public:
    /// Opens or makes the file; an empty path keeps no ledger. A last line torn by a process that
    /// was killed in its write is cut off when nobody else has the file open. Throws LedgerTrouble.
    explicit LedgerFile(const std::string& path);
    ~LedgerFile();
    LedgerFile(const LedgerFile&) = delete;
    LedgerFile& operator=(const LedgerFile&) = delete;

    /// False when the line is not, or not wholly, in the file; errno says why.
    [[nodiscard]] bool append(const std::string& line);

 private:
    void mend() const;

    const int file_;                    // -1 = no ledger is kept.
    std::atomic<bool> is_torn_{false};  // The last write of this instance came to half a line.
};

}  // namespace ebra::sim
