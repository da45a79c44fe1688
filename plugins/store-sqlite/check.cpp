#include "check.hpp"

#include <array>

namespace ebra::sqlite {

namespace {

constexpr std::array kInvariants = {
    Sql::kCheckTwoOpen, Sql::kCheckHeads, Sql::kCheckBusyHeads,  Sql::kCheckOrder,
    Sql::kCheckHold,    Sql::kCheckOpen,  Sql::kCheckInProgress, Sql::kCheckAttempts,
    Sql::kCheckOutbox,  Sql::kCheckCaps,
};

void compare(const std::string& what, std::int64_t counted, std::int64_t kept,
             std::vector<std::string>& lines) {
    if (counted == kept) return;
    lines.push_back("the statistics say " + std::to_string(kept) + " " + what + ", the rows " +
                    std::to_string(counted));
}

void check_statistics(Session& session, std::vector<std::string>& lines) {
    const Tallies kept = read_tallies(session.connection);
    Tallies counted{};
    {
        Statement row = session.connection.query(Sql::kCheckStatuses);
        while (row.step()) counted.at(row.number<std::size_t>(0) - 1) = row.integer(1);
    }
    for (std::size_t status = EBRA_CALL_PENDING; status <= EBRA_CALL_EXPIRED; ++status) {
        compare("calls in status " + std::to_string(status), counted.at(status - 1),
                kept.at(status - 1), lines);
    }
    Statement row = session.connection.query(Sql::kCheckRest);
    if (!row.step()) return;
    const auto of_tally = [&](Tally tally) { return kept.at(static_cast<std::size_t>(tally)); };
    compare("parked calls", row.integer(0), of_tally(Tally::kParked), lines);
    compare("kept pieces of evidence", row.integer(1), of_tally(Tally::kKept), lines);
    compare("events owed", row.integer(2), of_tally(Tally::kOwed), lines);
    compare("contradictions", row.integer(3), of_tally(Tally::kContradictions), lines);
}

void check_medium(Session& session, std::vector<std::string>& lines) {
    Statement row = session.connection.query(Sql::kCheckMedium);
    while (row.step()) {
        if (row.text(0) != "ok")
            lines.push_back("the file is damaged: " + std::string(row.text(0)));
    }
}

}  // namespace

std::vector<std::string> check(Session& session) {
    std::vector<std::string> lines;
    for (const Sql invariant : kInvariants) {
        Statement row = session.connection.query(invariant);
        while (row.step()) lines.emplace_back(row.text(0));
    }
    check_statistics(session, lines);
    check_medium(session, lines);
    return lines;
}

}  // namespace ebra::sqlite
