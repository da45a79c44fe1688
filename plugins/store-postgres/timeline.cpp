#include "timeline.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

namespace ebra::postgres {

namespace {

/// The cluster's number and its timeline: the first eight digits of the file it writes to.
constexpr const char* kIdentity =
    "SELECT system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) "
    "FROM pg_control_system()";

}  // namespace

void Timeline::look(Connection& connection) {
    const std::string identity = connection.execute(kIdentity).at(0).text(0);
    const std::lock_guard lock(mutex_);
    if (identity == known_) return;
    const std::string before = stored(connection);
    if (before == identity || before.empty() || options_.quarantines) {
        if (before != identity) accept(connection, identity);
        known_ = identity;
        refused_.clear();
        return;
    }
    refused_ = identity;
}

void Timeline::require_known() {
    const std::lock_guard lock(mutex_);
    if (refused_.empty()) return;
    throw StoreError(EBRA_UNAVAILABLE,
                     "the database has another timeline and may have lost commits; nothing is "
                     "dialed until you run: SELECT " +
                         options_.schema + ".accept_timeline('" + refused_ +
                         "', extract(epoch FROM now())::bigint * 1000) and restart",
                     0, kRetryAfterMs);
}

std::string Timeline::stored(Connection& connection) const {
    const Rows rows =
        connection.execute("SELECT convert_from(value, 'UTF8') FROM " + quoted_schema(options_) +
                           ".settings WHERE key = 'store.timeline'");
    return rows.is_empty() ? std::string() : rows.at(0).text(0);
}

void Timeline::accept(Connection& connection, const std::string& identity) {
    const Rows doubtful = connection.execute(
        "BEGIN; SET LOCAL search_path TO " + quoted_schema(options_) +
        "; SELECT accept_timeline('" + identity + "', " + std::to_string(clock_.now()) + ")");
    connection.execute("COMMIT");
    const std::int64_t count = doubtful.at(0).integer(0);
    if (count == 0) return;
    const std::string text = "the database changed its timeline to " + identity + ": " +
                             std::to_string(count) +
                             " claimed placements are unknown now and will be asked about";
    host_->log(host_, EBRA_LOG_WARN, plugin::str(text));
}

}  // namespace ebra::postgres
