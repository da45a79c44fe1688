#include "commands/local_url.hpp"

namespace ebra::commands {

namespace {

std::string host_of(const std::string& listen) {
    return listen.substr(0, listen.rfind(':'));
}

std::string url_of(const std::string& host, std::uint16_t port) {
    return "http://" + host + ":" + std::to_string(port);
}

}  // namespace

std::uint16_t port_of(const std::string& listen) {
    return static_cast<std::uint16_t>(std::stoul(listen.substr(listen.rfind(':') + 1)));
}

std::string listening_url(const std::string& listen, std::uint16_t port) {
    return url_of(host_of(listen), port);
}

std::string local_url(const std::string& listen, std::uint16_t port) {
    const std::string host = host_of(listen);
    if (host == "0.0.0.0" || host == "*") return url_of("127.0.0.1", port);
    return url_of(host == "[::]" ? "[::1]" : host, port);
}

}  // namespace ebra::commands
