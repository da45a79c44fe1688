// The store looks at itself: every invariant as a statement that finds what violates it, and the
// statistics against the rows.
#include "queries.hpp"

#include <array>

namespace ebra::postgres {

namespace {

constexpr std::array kInvariants = {
    Sql::kCheckInFlight, Sql::kCheckHeads, Sql::kCheckBusyHeads,  Sql::kCheckOrder,
    Sql::kCheckWaiting,  Sql::kCheckOpen,  Sql::kCheckInProgress, Sql::kCheckAttempts,
    Sql::kCheckOutbox,   Sql::kCheckCaps,  Sql::kCheckSlots,
};

void compare(const std::string& what, std::int64_t counted, std::int64_t kept,
             std::vector<std::string>& lines) {
    if (counted == kept) return;
    lines.push_back("the statistics say " + std::to_string(kept) + " " + what + ", the rows " +
                    std::to_string(counted));
}

}  // namespace

std::vector<std::string> check(Session& session) {
    std::vector<std::string> lines;
    for (const Sql invariant : kInvariants) {
        session.db.query(invariant).each([&](const Row& row) { lines.push_back(row.text(0)); });
    }
    const Rows tallies = session.db.query(Sql::kTalliesRead);
    const Row kept = tallies.at(0);
    std::array<std::int64_t, EBRA_CALL_EXPIRED> counted{};
    session.db.query(Sql::kCheckStatuses).each([&](const Row& row) {
        counted.at(row.number<std::size_t>(0) - 1) = row.integer(1);
    });
    for (std::size_t status = 0; status < counted.size(); ++status) {
        compare("calls in status " + std::to_string(status + 1), counted.at(status),
                kept.integer(static_cast<int>(status)), lines);
    }
    const Rows rest = session.db.query(Sql::kCheckRest);
    constexpr std::array kWhat = {"parked calls", "kept pieces of evidence", "events owed",
                                  "contradictions"};
    for (int i = 0; i < static_cast<int>(kWhat.size()); ++i) {
        compare(kWhat.at(static_cast<std::size_t>(i)), rest.at(0).integer(i),
                kept.integer(static_cast<int>(counted.size()) + i), lines);
    }
    return lines;
}

}  // namespace ebra::postgres
