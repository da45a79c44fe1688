#include "folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace ebra::conformance {

Folder::Folder(const std::string& prefix) : owner_(getpid()) {
    path_ = (std::filesystem::temp_directory_path() / (prefix + "-XXXXXX")).string();
    if (mkdtemp(path_.data()) == nullptr) {
        throw std::runtime_error("no temporary folder can be made as " + path_);
    }
}

Folder::~Folder() {
    // A forked child has a copy of this object, not the folder.
    if (getpid() != owner_) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace ebra::conformance
