#include "error.hpp"

#include <algorithm>
#include <array>
#include <pqxx/pqxx>

namespace ebra::postgres {

namespace {

/// The first line of what the server said; the rest repeats the statement.
std::string first_line(const char* text) {
    std::string line = text;
    const std::size_t end = line.find('\n');
    if (end != std::string::npos) line.resize(end);
    return line;
}

/// What libpq says of a connection that did not come or is gone: it tries every host, and each has
/// its line, with a hint below it that is no news here.
std::string why_lost(const std::string& text) {
    std::string all;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string line = text.substr(start, end - start);
        start = end + 1;
        if (line.empty() || line.front() == '\t') continue;
        all += (all.empty() ? "" : "; ") + line;
    }
    return all;
}

[[noreturn]] void refuse(const std::string& what, const char* advice, const std::string& said,
                         int vendor_code = 0) {
    throw StoreError(EBRA_UNAVAILABLE, "cannot " + what + ": " + advice + " (" + said + ")",
                     vendor_code, kRetryAfterMs);
}

bool is_in(const std::string& state, const char* prefix) {
    return state.rfind(prefix, 0) == 0;
}

/// Keys that two transactions may write at once, each after it has looked whether they are there:
/// the second fails, and finds them when it is done again.
bool is_met_key(const std::string& said) {
    constexpr std::array kKeys = {"calls_id_key", "calls_by_idempotency_key", "provider_calls_pkey",
                                  "seen_evidence_pkey"};
    return std::any_of(kKeys.begin(), kKeys.end(), [&](const char* key) {
        return said.find('"' + std::string(key) + '"') != std::string::npos;
    });
}

}  // namespace

void throw_lost(const std::string& what, const std::string& text) {
    // What target_session_attrs makes of a standby, in PostgreSQL 14 and later.
    const bool has_standby = text.find("session is read-only") != std::string::npos ||
                             text.find("server is in hot standby mode") != std::string::npos;
    const std::string advice =
        has_standby ? "every server that answers is a standby; promote one, or name the primary's "
                      "host as well ("
                    : "the database is away (";
    throw ConnectionLost(EBRA_UNAVAILABLE, "cannot " + what + ": " + advice + why_lost(text) + ")",
                         0, kRetryAfterMs);
}

void throw_for_state(const std::string& state, const std::string& what, const char* text) {
    const std::string said = first_line(text);
    const std::string message = "cannot " + what + ": " + said;
    if (state == "40001" || state == "40P01" || (state == "23505" && is_met_key(said))) {
        throw TryAgain(EBRA_UNAVAILABLE, message, 0, kRetryAfterMs);
    }
    if (state == "25006") {
        throw WrongServer(EBRA_UNAVAILABLE,
                          message + "; the server is a standby, the primary is looked for", 0,
                          kRetryAfterMs);
    }
    // 25P03: this node has stood still within a transaction, and the server has ended it.
    if (is_in(state, "57P") || is_in(state, "08") || state == "25P03") {
        throw ConnectionLost(EBRA_UNAVAILABLE, message, 0, kRetryAfterMs);
    }
    if (state == "57014") refuse(what, "it took longer than statement_timeout_ms", said);
    if (state == "55P03") refuse(what, "a lock was held longer than lock_timeout_ms", said);
    if (state == "53100")
        refuse(what, "the database's disk is full; free space, nothing is lost", said, kDiskFull);
    if (state == "42501") {
        refuse(what, "the role has lost a privilege; grant it again (see the README)", said,
               kNoPrivilege);
    }
    if (state == "42P01" || state == "42883" || state == "3F000" || state == "42704") {
        refuse(what, "the schema is not there or not complete; run `ebra migrate`", said);
    }
    if (is_in(state, "53")) refuse(what, "the database server is short of a resource", said);
    if (is_in(state, "28") || state == "3D000") {
        refuse(what, "the database or the role is not there, or the password is wrong", said);
    }
    if (is_in(state, "22") || is_in(state, "54") || is_in(state, "23")) {
        throw BadRow(EBRA_INVALID_ARGUMENT, message);
    }
    if (is_in(state, "XX")) throw StoreError(EBRA_CORRUPT, message + "; look at the server's log");
    throw StoreError(EBRA_INTERNAL, message + " [" + state + "]");
}

void rethrow_as_store_error(const std::string& what) {
    try {
        throw;
    } catch (const StoreError&) {
        throw;
    } catch (const pqxx::broken_connection& error) {
        throw_lost(what, error.what());
    } catch (const pqxx::failure& error) {
        throw ConnectionLost(EBRA_UNAVAILABLE, "cannot " + what + ": " + first_line(error.what()),
                             0, kRetryAfterMs);
    }
}

}  // namespace ebra::postgres
