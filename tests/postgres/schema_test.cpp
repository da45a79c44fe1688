// The schema beside other nodes that make it.
#include "schema.hpp"

#include "connection.hpp"
#include "postgres_face.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace ebra::postgres::test {
namespace {

// Whoever looks while another node makes the schema sees all of it or nothing.
TEST(Schema, IsNeverTakenForAnothersWhileItIsMade) {
    constexpr int kSchemas = 10;
    const Server server = Server::of_file(EBRA_POSTGRES_SERVER);
    for (int schema = 0; schema < kSchemas; ++schema) {
        const Options options = parse_options(server.options(unique_schema()));
        std::thread maker([&] { migrate(*connect(options), options, [](int) {}); });
        const auto looking = connect(options);
        int version = 0;
        while (version < schema_steps()) {
            try {
                version = schema_version(*looking, options);
            } catch (const std::exception& error) {
                ADD_FAILURE() << error.what();
                break;
            }
        }
        maker.join();
    }
}

}  // namespace
}  // namespace ebra::postgres::test
