/// @file
/// Certificate: one for 127.0.0.1 that signs itself, made by openssl when a test needs it, in a
/// folder of its own that is gone at the end. Constant.
#pragma once

#include <filesystem>
#include <string>

namespace ebra::test {

class Certificate {
 public:
    /// Throws std::runtime_error when openssl is not there.
    Certificate();
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    std::string file() const { return (folder_ / "certificate.pem").string(); }
    std::string key_file() const { return (folder_ / "key.pem").string(); }

 private:
    std::filesystem::path folder_;
};

}  // namespace ebra::test
