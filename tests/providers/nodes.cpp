#include "nodes.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace ebra::integration {

namespace {

/// As server.sh writes it: the server's folder, the folder of its socket, its port.
std::string postgres_lines() {
    static std::atomic<int> schemas{0};
    const char* given = std::getenv("EBRA_TEST_POSTGRES");
    const std::string name = given == nullptr ? EBRA_POSTGRES_SERVER : given;
    std::ifstream file(name);
    std::string folder;
    std::string socket;
    std::string port;
    if (!(file >> folder >> socket >> port)) {
        throw std::runtime_error("no PostgreSQL: tests/postgres/server.sh start " + name);
    }
    const std::string schema =
        "nodes_" + std::to_string(getpid()) + "_" + std::to_string(schemas++);
    return "plugin = \"store-postgres\"\noptions = { host = \"" + socket + "\", port = \"" + port +
           "\", user = \"ebra\", dbname = \"postgres\", schema = \"" + schema + "\" }";
}

}  // namespace

Nodes::Nodes(const std::string& store, int count, const std::filesystem::path& folder,
             const std::string& options, const std::string& engine, const std::string& provider)
    : folder_(folder),
      options_(options),
      engine_(engine),
      provider_(provider),
      store_(store == "postgres" ? postgres_lines() : "") {
    for (int node = 0; node < count; ++node) add();
}

void Nodes::add() {
    ServingPlace place;
    place.store = store_;
    place.provider = provider_;
    place.node = static_cast<int>(nodes_.size());
    nodes_.push_back(std::make_unique<Serving>(folder_, options_, engine_, std::move(place)));
}

}  // namespace ebra::integration
