#include "certificate.hpp"

#include <cstdlib>
#include <stdexcept>

namespace ebra::test {

Certificate::Certificate() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ebra-tls-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=fake -addext subjectAltName=IP:127.0.0.1 -keyout " +
        key_file() + " -out " + file() + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("install openssl");
}

Certificate::~Certificate() {
    std::filesystem::remove_all(folder_);
}

}  // namespace ebra::test
