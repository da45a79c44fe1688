#include "schema.hpp"

#include "error.hpp"

#include <iterator>

namespace ebra::postgres {

namespace {

// "Ebra" in ASCII: the first half of the advisory lock's key. DO NOT CHANGE: nodes of two versions
// must meet at it.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1164079713, hashtext('";

/// What is there of a schema. Told by one statement: between two another node may make it.
struct Found {
    bool has_migrations = false;
    bool has_calls = false;
};

Found look_at(Connection& connection, const Options& options) {
    const Rows rows = connection.execute(
        "SELECT count(*) FILTER (WHERE tablename = 'migrations'), "
        "count(*) FILTER (WHERE tablename = 'calls') FROM pg_tables WHERE schemaname = '" +
        options.schema + "'");
    return {rows.at(0).integer(0) > 0, rows.at(0).integer(1) > 0};
}

void apply_step(Connection& connection, const Options& options, int number) {
    const SchemaStep& step = kSchemaSteps[number - 1];
    if (number == 1) {
        connection.execute("CREATE SCHEMA IF NOT EXISTS " + quoted_schema(options));
        connection.execute(
            "CREATE TABLE " + quoted_schema(options) +
            ".migrations (number integer PRIMARY KEY, name text NOT NULL, "
            "digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())");
    }
    connection.execute("SET LOCAL search_path TO " + quoted_schema(options));
    connection.execute(step.sql);
    connection.execute("INSERT INTO migrations (number, name, digest) VALUES (" +
                       std::to_string(number) + ", '" + step.name + "', '" + step.digest + "')");
}

/// A step that was changed after it was applied left another schema, and no step leads from that
/// one to ours. `applied`: number and digest; none from before steps had one.
void require_same_step(const Row& applied, const Options& options) {
    const SchemaStep& ours = kSchemaSteps[applied.number<int>(0) - 1];
    if (!applied.is_null(1) && applied.text(1) == ours.digest) return;
    throw StoreError(
        EBRA_UNSUPPORTED,
        "the schema \"" + options.schema + "\" was made by another " + ours.name +
            " than this store-postgres has; set `schema` to a new name, or DROP SCHEMA " +
            quoted_schema(options) + " CASCADE when no call in it is needed any more");
}

/// Applies the next step, when there is one. Gives its number or 0.
int apply_next(Connection& connection, const Options& options) {
    connection.execute("BEGIN; SET LOCAL lock_timeout TO 0; SET LOCAL statement_timeout TO 0");
    connection.execute(kLock + options.schema + "'))");
    const int number = schema_version(connection, options) + 1;
    const bool is_ours = number <= schema_steps();
    if (is_ours) apply_step(connection, options, number);
    connection.execute("COMMIT");
    return is_ours ? number : 0;
}

}  // namespace

int schema_steps() {
    return static_cast<int>(std::size(kSchemaSteps));
}

int schema_version(Connection& connection, const Options& options) {
    const Found found = look_at(connection, options);
    if (!found.has_migrations) {
        if (!found.has_calls) return 0;
        throw invalid("the schema \"" + options.schema +
                      "\" belongs to another program; set `schema` to another name");
    }
    const Rows applied =
        connection.execute("SELECT number, to_jsonb(step) ->> 'digest' FROM " +
                           quoted_schema(options) + ".migrations AS step ORDER BY number");
    if (applied.is_empty()) return 0;
    const int version = applied.at(applied.size() - 1).number<int>(0);
    if (version > schema_steps()) {
        throw StoreError(EBRA_UNSUPPORTED,
                         "the schema \"" + options.schema + "\" has version " +
                             std::to_string(version) + ", newer than this store-postgres knows (" +
                             std::to_string(schema_steps()) + "); install the newer version");
    }
    applied.each([&](const Row& step) { require_same_step(step, options); });
    return version;
}

void migrate(Connection& connection, const Options& options,
             const std::function<void(int number)>& applied) {
    while (schema_version(connection, options) < schema_steps()) {
        // A step that fails undoes itself: its connection is not used again.
        const int number = apply_next(connection, options);
        if (number != 0) applied(number);
    }
}

}  // namespace ebra::postgres
