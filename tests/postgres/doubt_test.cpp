// A COMMIT whose answer was lost: what the store says became of it must be true, whatever the
// server was at just then. On a server of their own: one of them crashes it.
#include "postgres_face.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <poll.h>
#include <pqxx/pqxx>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using conformance::SeenCall;
using conformance::SeenClaim;
using testing::IsEmpty;
using testing::SizeIs;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kToken = 4711;
constexpr auto kPatience = std::chrono::seconds(60);
/// Until a doubt that nobody can resolve is told, and then some.
constexpr int kDoubtfulMs = 1'000;

/// Makes a COMMIT that opens a placement wait at the server until a lock is given back.
constexpr const char* kHoldCommits =
    "CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "WHILE NOT pg_try_advisory_xact_lock_shared(hashtext(current_schema())) LOOP "
    "PERFORM pg_sleep(0.01); END LOOP; RETURN NULL; END $$; "
    "CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON in_flight DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION hold_commit()";

void wait_until(const std::string& what, const std::function<bool()>& is_so) {
    const auto deadline = Clock::now() + kPatience;
    while (!is_so()) {
        if (Clock::now() > deadline) throw std::runtime_error("in vain: " + what);
        poll(nullptr, 0, 5);
    }
}

class Doubt : public testing::Test {
 protected:
    Doubt()
        : server_(Server::of_file(EBRA_POSTGRES_SERVER)),
          schema_(unique_schema()),
          store_(options()),
          keeper_(std::make_unique<pqxx::connection>(server_.connection_string())) {
        EXPECT_EQ(store_.status(), EBRA_OK) << store_.message();
        store_.renew(store_.now());
        // Pages that were written since the last checkpoint are not written whole again.
        store_.enqueue(store_.now(), {{.id = "before", .to = "+1"}});
        store_.claim(store_.now(), 1, 1);
        keep("SET search_path TO " + schema_);
        keep("SELECT pg_advisory_lock(hashtext(current_schema()))");
        keep(kHoldCommits);
        store_.enqueue(store_.now(), {{.id = "a", .to = "+2"}});
    }

    ~Doubt() override {
        if (claiming_.joinable()) claiming_.join();
    }

    /// With little patience for locks, and more for a COMMIT than any test needs.
    std::string options() const {
        return server_.options(schema_,
                               R"(, "lock_timeout_ms": 300, "statement_timeout_ms": 60000)");
    }

    pqxx::result keep(const std::string& sql) const {
        pqxx::nontransaction work(*keeper_);
        return work.exec(sql);
    }

    /// Claims on a thread of its own, and waits until the claim's COMMIT does.
    void claim_until_commit() {
        claiming_ = std::thread([this] { claim_ = store_.claim(store_.now(), 1, kToken); });
        wait_until("a COMMIT under way", [&] {
            const pqxx::result waiting = keep(
                "SELECT pid, backend_xid FROM pg_stat_activity WHERE query = 'COMMIT' AND "
                "state = 'active' AND application_name = '" +
                schema_ + "'");
            if (waiting.empty()) return false;
            committer_ = waiting.front()[0].as<pid_t>();
            transaction_ = waiting.front()[1].as<std::int64_t>();
            return true;
        });
    }

    /// Cuts the store's connections to the server, as a network does.
    void cut_connections() const {
        const std::string socket = server_.host + "/.s.PGSQL." + server_.port;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            const int descriptor = std::stoi(entry.path().filename().string());
            sockaddr_un peer{};
            socklen_t size = sizeof(peer);
            if (descriptor == keeper_->sock()) continue;
            if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
            if (peer.sun_family == AF_UNIX && socket == peer.sun_path) {
                shutdown(descriptor, SHUT_RDWR);
            }
        }
    }

    void let_commits_go() const { keep("SELECT pg_advisory_unlock_all()"); }

    SeenClaim& claimed() {
        claiming_.join();
        return claim_;
    }

    std::vector<SeenCall> look_for_claim() { return store_.find(EBRA_FIND_CLAIM, "", "", kToken); }

    const Server server_;
    const std::string schema_;
    StoreFace store_;
    std::unique_ptr<pqxx::connection> keeper_;
    std::thread claiming_;
    SeenClaim claim_;
    pid_t committer_ = 0;
    std::int64_t transaction_ = 0;
};

TEST_F(Doubt, AClaimThatStillCommitsIsWaitedFor) {
    claim_until_commit();
    cut_connections();
    poll(nullptr, 0, kDoubtfulMs);
    let_commits_go();

    EXPECT_EQ(claimed().status, EBRA_OK) << store_.message();
    ASSERT_THAT(claim_.calls, SizeIs(1));
    EXPECT_EQ(claim_.calls.front().number, 1u);
    EXPECT_EQ(store_.get("a")->state, EBRA_PLACEMENT_CLAIMED);
}

TEST_F(Doubt, AClaimThatWasUndoneAtItsCommitIsMadeAgain) {
    claim_until_commit();
    keep("SELECT pg_terminate_backend(" + std::to_string(committer_) + ")");
    let_commits_go();

    EXPECT_EQ(claimed().status, EBRA_OK) << store_.message();
    ASSERT_THAT(claim_.calls, SizeIs(1));
    EXPECT_EQ(claim_.calls.front().number, 1u);
    EXPECT_THAT(store_.check(store_.now()), IsEmpty());
}

TEST_F(Doubt, NobodyIsToldThatAClaimIsNotThereWhileItStillCommits) {
    claim_until_commit();
    cut_connections();
    ASSERT_EQ(claimed().status, EBRA_IN_DOUBT) << store_.message();

    EXPECT_THAT(look_for_claim(), IsEmpty());
    EXPECT_EQ(store_.status(), EBRA_UNAVAILABLE) << "what was told is not true for long";

    let_commits_go();
    wait_until("an answer", [&] {
        look_for_claim();
        return store_.status() == EBRA_OK;
    });
    ASSERT_THAT(look_for_claim(), SizeIs(1));
    EXPECT_EQ(look_for_claim().front().state, EBRA_PLACEMENT_CLAIMED);
}

TEST_F(Doubt, ANumberGivenAwayAfterACrashIsNotTakenForTheTransactionThatWasLost) {
    pqxx::connection victim(server_.connection_string());
    claim_until_commit();
    ASSERT_EQ(kill(victim.backendpid(), SIGKILL), 0);

    // The server forgets what it has not written down and gives its numbers to others.
    std::int64_t first = 0;
    std::int64_t number = 0;
    wait_until("the lost number given to another", [&] {
        try {
            pqxx::connection after(server_.connection_string());
            pqxx::nontransaction work(after);
            while (number < transaction_) {
                number =
                    work.exec("SELECT pg_current_xact_id()::text::bigint").front()[0].as(number);
                if (first == 0) first = number;
            }
            return true;
        } catch (const pqxx::failure&) {
            // On its way back from the crash.
            return false;
        }
    });
    ASSERT_LE(first, transaction_) << "the number was not forgotten: nothing was tried";

    EXPECT_EQ(claimed().status, EBRA_IN_DOUBT) << "a claim that nobody has made was given out";
    EXPECT_EQ(store_.get("a")->status, EBRA_CALL_PENDING);
    EXPECT_THAT(look_for_claim(), IsEmpty());
    EXPECT_EQ(store_.status(), EBRA_OK) << store_.message();
}

}  // namespace
}  // namespace ebra::postgres::test
