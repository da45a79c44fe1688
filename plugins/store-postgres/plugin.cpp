// The parts of store-postgres, behind the border that all stores share.
#include "options.hpp"
#include "postgres_store.hpp"
#include "schema.hpp"
#include "store_border.hpp"

#include <functional>
#include <string_view>

namespace {

namespace postgres = ebra::postgres;

struct PostgresParts {
    using Store = postgres::PostgresStore;

    static constexpr const char* kId = "store-postgres";
    static constexpr const char* kVersion = "0.1.0";
    static constexpr const char* kSummary = "Calls in PostgreSQL, for many nodes";
    static constexpr bool kIsParallel = true;
    static constexpr const auto& kSchemaSteps = postgres::kSchemaSteps;

    static postgres::Options parse_options(std::string_view json) {
        return postgres::parse_options(json);
    }

    static ebra_status check_options(std::string_view json, const ebra_config_sink& problems) {
        return postgres::check_options(json, problems);
    }

    static int schema_version(const postgres::Options& options) {
        return postgres::schema_version(*postgres::connect(options), options);
    }

    static void migrate(const postgres::Options& options, const std::function<void(int)>& applied) {
        postgres::migrate(*postgres::connect(options), options, applied);
    }
};

}  // namespace

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return ebra::rules::StoreBorder<PostgresParts>::descriptor();
}
