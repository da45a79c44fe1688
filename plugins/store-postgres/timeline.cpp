#include "timeline.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

namespace ebra::postgres {

namespace {

/// The cluster's number and its timeline (the first eight digits of the file it writes to), and
/// whether its commits wait until a standby has them on disk.
constexpr const char* kIdentity =
    "SELECT system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8), "
    "current_setting('synchronous_standby_names') <> '' "
    "AND current_setting('synchronous_commit') IN ('on', 'remote_apply') "
    "FROM pg_control_system()";

constexpr const char* kWhyStopped =
    "the database is not as it was left (a standby was promoted, or a backup restored) and may "
    "have lost commits; no call is dialed until you run: ebra recover";

std::string identity_of(Connection& connection) {
    return connection.execute(kIdentity).at(0).text(0);
}

}  // namespace

void Timeline::look(Connection& connection) {
    const Rows seen = connection.execute(kIdentity);
    const std::string identity = seen.at(0).text(0);
    const bool is_synchronous = seen.at(0).boolean(1);
    const std::lock_guard lock(mutex_);
    if (identity == known_ && is_synchronous == is_synchronous_) return;
    connection.execute("BEGIN;" + connection.local_settings());
    const bool has_lost = connection.query(Sql::kClockFloor).at(0).integer(0) < floor_;
    meet(connection, identity, has_lost);
    // After it: what the old primary was is what decides.
    note(connection, is_synchronous);
    connection.execute("COMMIT");
}

void Timeline::watch(Connection& connection) {
    const Rows seen = connection.execute(kIdentity);
    const std::lock_guard lock(mutex_);
    note(connection, seen.at(0).boolean(1));
    if (connection.query(Sql::kClockLock).at(0).integer(0) >= floor_) return;
    meet(connection, seen.at(0).text(0), true);
    floor_ = 0;
}

/// Under mutex_. Again and again, as a transaction that noted it may have been lost.
void Timeline::note(Connection& connection, bool is_synchronous) {
    connection.query(Sql::kGateSynchronous, is_synchronous);
    is_synchronous_ = is_synchronous;
}

void Timeline::left(ebra_time_ms floor) {
    const std::lock_guard lock(mutex_);
    floor_ = floor;
}

Recovery Timeline::recover(Connection& connection, bool asks_first, ebra_time_ms now) const {
    const Rows made =
        connection.query(Sql::kRecover, identity_of(connection), asks_first, std::int64_t{now});
    return {made.at(0).number<std::uint64_t>(0), made.at(0).number<std::uint64_t>(1)};
}

/// Under mutex_, in a transaction.
void Timeline::meet(Connection& connection, const std::string& identity, bool has_lost) {
    const Rows met = connection.query(Sql::kIdentityMeet, identity, has_lost, options_.quarantines,
                                      kWhyStopped, std::int64_t{clock_.now()});
    const std::string what = met.at(0).text(0);
    if (what == "stopped") {
        if (refused_ != identity) tell(EBRA_LOG_ERROR, kWhyStopped);
        refused_ = identity;
        return;
    }
    known_ = identity;
    refused_.clear();
    if (what == "known") return;
    tell(EBRA_LOG_WARN, "the database is not as it was left (now " + identity +
                            ") and was recovered from: " + met.at(0).text(1) +
                            " claimed placements are unknown now, " + met.at(0).text(2) +
                            " waiting calls are asked about before they are dialed");
}

void Timeline::tell(std::int32_t level, const std::string& text) const {
    host_->log(host_, level, plugin::str(text));
}

void require_not_stopped(const std::string& reason) {
    if (reason.empty()) return;
    throw StoreError(EBRA_UNAVAILABLE, reason, 0, kRetryAfterMs);
}

}  // namespace ebra::postgres
