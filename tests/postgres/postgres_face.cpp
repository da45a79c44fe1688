#include "postgres_face.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
#include <stdexcept>

namespace ebra::postgres::test {

namespace {

constexpr ebra_time_ms kWallMs = 1'700'000'000'000;

const ebra_store& store_table() {
    return *static_cast<const ebra_store*>(ebra_plugin_v1()->get_interface(EBRA_STORE_ID));
}

ebra_host made_host() {
    auto host = plugin::sized<ebra_host>();
    host.log = [](const ebra_host*, std::int32_t, ebra_str) {};
    host.now_ms = [](const ebra_host*) { return kWallMs; };
    host.monotonic_ns = [](const ebra_host*) -> std::uint64_t {
        const auto since = std::chrono::steady_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
    };
    return host;
}

}  // namespace

const ebra_host* machine_host() {
    static const ebra_host host = made_host();
    return &host;
}

Server Server::of_file(const std::string& file) {
    std::ifstream lines(file);
    std::string folder;
    Server server;
    if (!(lines >> folder >> server.host >> server.port)) {
        throw std::runtime_error("no server runs for " + file +
                                 "; start one: tests/postgres/server.sh start " + file);
    }
    return server;
}

std::string Server::options(const std::string& schema, const std::string& more) const {
    return R"({"url": "postgresql://ebra@/)" + database + "?host=" + host + "&port=" + port +
           "&application_name=" + schema + R"(", "schema": ")" + schema + "\"" + more + "}";
}

std::string Server::connection_string() const {
    return "host=" + host + " port=" + port + " user=ebra dbname=" + database +
           " connect_timeout=2";
}

std::string unique_schema() {
    static std::atomic<int> count = 0;
    return "t" + std::to_string(std::random_device()()) + "_" + std::to_string(++count);
}

StoreFace::StoreFace(const std::string& options)
    : conformance::StoreFace(*ebra_plugin_v1(), store_table(), machine_host(), options) {}

}  // namespace ebra::postgres::test
