// The parts of store-sqlite, behind the border that all stores share.
#include "options.hpp"
#include "schema.hpp"
#include "sqlite_store.hpp"
#include "store_border.hpp"

#include <functional>
#include <string_view>

namespace {

namespace sqlite = ebra::sqlite;

struct SqliteParts {
    using Store = sqlite::SqliteStore;

    static constexpr const char* kId = "store-sqlite";
    static constexpr const char* kVersion = "0.1.0";
    static constexpr const char* kSummary = "Calls in one SQLite file";
    static constexpr bool kIsParallel = false;  // All writes are of one writer.
    static constexpr const auto& kSchemaSteps = sqlite::kSchemaSteps;

    static sqlite::Options parse_options(std::string_view json) {
        return sqlite::parse_options(json);
    }

    static ebra_status check_options(std::string_view json, const ebra_config_sink& problems) {
        return sqlite::check_options(json, problems);
    }

    static int schema_version(const sqlite::Options& options) {
        return sqlite::schema_version_of_file(options);
    }

    static void migrate(const sqlite::Options& options, const std::function<void(int)>& applied) {
        sqlite::Connection connection = sqlite::open_file(options);
        sqlite::migrate(connection, options, applied);
    }
};

}  // namespace

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return ebra::rules::StoreBorder<SqliteParts>::descriptor();
}
