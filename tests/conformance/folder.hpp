/// @file
/// Folder: a temporary folder of its own, removed at the end by the process that made it. Movable
/// neither, shared by nobody.
#pragma once

#include <string>
#include <sys/types.h>

namespace ebra::conformance {

class Folder {
 public:
    /// Throws std::runtime_error when none can be made.
    explicit Folder(const std::string& prefix = "ebra-conformance");
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

 private:
    std::string path_;
    pid_t owner_;
};

}  // namespace ebra::conformance
