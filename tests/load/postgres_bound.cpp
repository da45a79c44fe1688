// postgres-bound: how fast the whole lifecycle could go on PostgreSQL: one thread, each kind of
// step on a connection of its own, what arrives while a statement runs in the next one. POST /calls
// and webhooks are answered after their commit, no start leaves before its claim's commit, at most
// CAP are in flight (counted here), one per number (looked up in the database). It checks nothing,
// retries nothing and recovers nothing: a bound to hold a real program against, not a design.
//
//   postgres-bound CONNECTION PORT PROVIDER_PORT CAP CONNECTIONS
#include "message_loop.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <libpq-fe.h>
#include <map>
#include <memory>
#include <poll.h>
#include <random>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace ebra::load {
namespace {

constexpr std::size_t kClaimMax = 1000;

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS calls (id uuid PRIMARY KEY, to_phone text NOT NULL, payload jsonb "
    "NOT NULL, status text NOT NULL DEFAULT 'PENDING', attempts integer NOT NULL DEFAULT 0, "
    "next_run_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT "
    "now());"
    "CREATE INDEX IF NOT EXISTS calls_due ON calls (next_run_at) WHERE status = 'PENDING';"
    "CREATE UNIQUE INDEX IF NOT EXISTS calls_live ON calls (to_phone) WHERE status = "
    "'IN_PROGRESS';"
    "CREATE TABLE IF NOT EXISTS provider_calls (provider_call_id text PRIMARY KEY, call_id uuid "
    "NOT NULL)";
constexpr const char* kInsert =
    "INSERT INTO calls (id, to_phone, payload) SELECT * FROM unnest($1::uuid[], $2::text[], "
    "$3::jsonb[])";
constexpr const char* kClaim =
    "WITH due AS MATERIALIZED (SELECT id, to_phone FROM calls k WHERE status = 'PENDING' AND "
    "next_run_at <= now() AND (SELECT 1 FROM calls x WHERE x.to_phone = k.to_phone AND x.status = "
    "'IN_PROGRESS' LIMIT 1) IS NULL ORDER BY next_run_at LIMIT $1::int FOR UPDATE SKIP LOCKED), "
    "chosen AS (SELECT DISTINCT ON (to_phone) id FROM due ORDER BY to_phone) "
    "UPDATE calls c SET status = 'IN_PROGRESS', attempts = attempts + 1, updated_at = now() FROM "
    "chosen WHERE c.id = chosen.id RETURNING c.id, c.to_phone";
constexpr const char* kMap =
    "INSERT INTO provider_calls (provider_call_id, call_id) SELECT * FROM unnest($1::text[], "
    "$2::uuid[])";
// The comparison is one that no index serves: by id alone is how a row is to be found.
constexpr const char* kSettle =
    "UPDATE calls c SET status = 'COMPLETED', updated_at = now() WHERE c.id = ANY ($1::uuid[]) AND "
    "c.status || '' = 'IN_PROGRESS'";

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// An array as PostgreSQL reads it.
class Array {
 public:
    void add(std::string_view text) {
        text_ += text_.empty() ? "{\"" : ",\"";
        for (const char letter : text) {
            if (letter == '"' || letter == '\\') text_ += '\\';
            text_ += letter;
        }
        text_ += '"';
    }
    std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
    std::string text_;
};

/// One statement on a connection of its own; at most one run of it is under way.
class Statement {
 public:
    Statement(const char* connection, const char* sql, std::function<void(PGresult*)> done)
        : connection_(PQconnectdb(connection), &PQfinish), done_(std::move(done)) {
        require(PQstatus(connection_.get()) == CONNECTION_OK);
        run("SET jit = off");
        run("SET client_min_messages = warning");
        run(kTables);
        const Result made(PQprepare(connection_.get(), "q", sql, 0, nullptr), &PQclear);
        require(PQresultStatus(made.get()) == PGRES_COMMAND_OK);
    }

    bool is_busy() const { return is_busy_; }
    int socket() const { return PQsocket(connection_.get()); }

    void start(const std::vector<std::string>& values) {
        std::vector<const char*> texts;
        for (const std::string& value : values) texts.push_back(value.c_str());
        require(PQsendQueryPrepared(connection_.get(), "q", static_cast<int>(texts.size()),
                                    texts.data(), nullptr, nullptr, 0) == 1);
        is_busy_ = true;
    }

    /// Takes what has come; tells the result when it is whole.
    void receive() {
        require(PQconsumeInput(connection_.get()) == 1);
        while (is_busy_ && PQisBusy(connection_.get()) == 0) {
            const Result result(PQgetResult(connection_.get()), &PQclear);
            if (!result) {
                is_busy_ = false;
                return;
            }
            const ExecStatusType status = PQresultStatus(result.get());
            require(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK);
            done_(result.get());
        }
    }

 private:
    void run(const char* sql) {
        const Result done(PQexec(connection_.get(), sql), &PQclear);
        require(PQresultStatus(done.get()) == PGRES_COMMAND_OK);
    }
    void require(bool is_sound) {
        if (!is_sound) throw std::runtime_error(PQerrorMessage(connection_.get()));
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::function<void(PGresult*)> done_;
    bool is_busy_ = false;
};

class Bound {
 public:
    Bound(const char* connection, std::uint16_t port, std::uint16_t provider_port, std::size_t cap,
          int connections)
        : cap_(cap),
          insert_(connection, kInsert, [this](PGresult*) { inserted(); }),
          claim_(connection, kClaim, [this](PGresult* rows) { claimed(rows); }),
          map_(connection, kMap, [this](PGresult*) { mapped(); }),
          settle_(connection, kSettle, [this](PGresult*) { settled(); }),
          loop_({[this](auto id, auto head, auto body) { message(id, head, body); }, {}}) {
        port_ = loop_.listen(port);
        for (int n = 0; cap > 0 && n < connections; ++n) {
            idle_.push_back(loop_.connect(provider_port));
        }
        providers_.insert(idle_.begin(), idle_.end());
        std::cout << "listening on http://127.0.0.1:" << port_ << std::endl;
    }

    void run() {
        for (;;) {
            start_statements();
            dial();
            const std::array all = {&insert_, &claim_, &map_, &settle_};
            std::array<pollfd, 5> sources{};
            sources[4] = {loop_.descriptor(), POLLIN, 0};
            for (std::size_t at = 0; at < all.size(); ++at) {
                sources[at] = {all[at]->socket(), POLLIN, 0};
            }
            poll(sources.data(), sources.size(), 1'000);
            for (std::size_t at = 0; at < all.size(); ++at) {
                if (sources[at].revents != 0) all[at]->receive();
            }
            loop_.turn(0);
        }
    }

 private:
    struct Posted {
        MessageLoop::Id from;
        std::string id;
        std::string to;
        std::string payload;
    };
    struct Ended {
        MessageLoop::Id from;
        std::string provider_call_id;
    };
    struct Dial {
        std::string id;
        std::string to;
    };

    std::string made_id() {
        constexpr char kDigits[] = "0123456789abcdef";
        std::string id = "00000000-0000-4000-8000-000000000000";
        for (char& digit : id) {
            if (digit == '0') digit = kDigits[random_() % 16];
        }
        return id;
    }

    void message(MessageLoop::Id id, std::string_view head, std::string_view body) {
        if (providers_.count(id) != 0) {
            maps_.emplace_back(field_of(body, "callId"), dialing_[id]);
            idle_.push_back(id);
        } else if (head.rfind("POST /calls", 0) == 0) {
            constexpr std::string_view kKey = "\"metadata\":";
            const std::size_t at = body.find(kKey) + kKey.size();
            posted_.push_back({id, made_id(), field_of(body, "to"),
                               std::string(body.substr(at, body.size() - 1 - at))});
        } else if (head.rfind("GET /metrics", 0) == 0) {
            loop_.send(id, answer_of("200 OK", "{\"COMPLETED\":" + std::to_string(completed_) +
                                                   ",\"FAILED\":0}"));
        } else {
            ended({id, field_of(body, "providerCallId")});
        }
    }

    /// A webhook that came before the answer, or before its mapping was stored, waits for that.
    void ended(Ended end) {
        if (call_by_provider_id_.count(end.provider_call_id) != 0) {
            ended_.push_back(std::move(end));
        } else {
            early_[end.provider_call_id] = end;
        }
    }

    void start_statements() {
        if (!posted_.empty() && !insert_.is_busy()) {
            Array ids, numbers, payloads;
            for (const Posted& posted : posted_) {
                ids.add(posted.id);
                numbers.add(posted.to);
                payloads.add(posted.payload);
            }
            posted_sent_ = std::exchange(posted_, {});
            insert_.start({ids.text(), numbers.text(), payloads.text()});
        }
        if (may_be_due_ && in_flight_ < cap_ && !claim_.is_busy()) {
            may_be_due_ = false;
            claim_.start({std::to_string(std::min(kClaimMax, cap_ - in_flight_))});
        }
        if (!maps_.empty() && !map_.is_busy()) {
            Array provider_ids, ids;
            for (const auto& [provider_call_id, call] : maps_) {
                provider_ids.add(provider_call_id);
                ids.add(call);
            }
            maps_sent_ = std::exchange(maps_, {});
            map_.start({provider_ids.text(), ids.text()});
        }
        if (!ended_.empty() && !settle_.is_busy()) {
            Array ids;
            for (const Ended& end : ended_) ids.add(call_by_provider_id_[end.provider_call_id]);
            ended_sent_ = std::exchange(ended_, {});
            settle_.start({ids.text()});
        }
    }

    void inserted() {
        for (const Posted& posted : posted_sent_) {
            loop_.send(posted.from, answer_of("201 Created", "{\"id\":\"" + posted.id +
                                                                 "\",\"status\":\"PENDING\"}"));
        }
        may_be_due_ = true;
    }

    void claimed(PGresult* rows) {
        const int count = PQntuples(rows);
        if (count > 0) may_be_due_ = true;
        in_flight_ += static_cast<std::size_t>(count);
        for (int row = 0; row < count; ++row) {
            dials_.push_back({PQgetvalue(rows, row, 0), PQgetvalue(rows, row, 1)});
        }
    }

    void mapped() {
        for (const auto& [provider_call_id, call] : maps_sent_) {
            call_by_provider_id_[provider_call_id] = call;
            const auto early = early_.find(provider_call_id);
            if (early == early_.end()) continue;
            ended_.push_back(early->second);
            early_.erase(early);
        }
    }

    void settled() {
        for (const Ended& end : ended_sent_) {
            call_by_provider_id_.erase(end.provider_call_id);
            loop_.send(end.from, answer_of("200 OK", "{}"));
        }
        completed_ += ended_sent_.size();
        in_flight_ -= ended_sent_.size();
        may_be_due_ = true;
    }

    void dial() {
        while (!dials_.empty() && !idle_.empty()) {
            const MessageLoop::Id id = idle_.back();
            idle_.pop_back();
            dialing_[id] = dials_.front().id;
            const std::string hook = "http://127.0.0.1:" + std::to_string(port_) + "/callbacks";
            loop_.send(id,
                       request_of("POST /api/v1/calls", "{\"to\":\"" + dials_.front().to +
                                                            "\",\"webhookUrl\":\"" + hook + "\"}"));
            dials_.pop_front();
        }
    }

    const std::size_t cap_;
    Statement insert_, claim_, map_, settle_;
    MessageLoop loop_;
    std::uint16_t port_ = 0;
    std::mt19937_64 random_{std::random_device()()};
    std::size_t completed_ = 0;
    std::size_t in_flight_ = 0;
    bool may_be_due_ = true;
    std::vector<Posted> posted_, posted_sent_;
    std::vector<std::pair<std::string, std::string>> maps_, maps_sent_;
    std::vector<Ended> ended_, ended_sent_;
    std::unordered_map<std::string, std::string> call_by_provider_id_;
    std::unordered_map<std::string, Ended> early_;
    std::deque<Dial> dials_;
    std::vector<MessageLoop::Id> idle_;
    std::unordered_set<MessageLoop::Id> providers_;
    std::map<MessageLoop::Id, std::string> dialing_;
};

}  // namespace
}  // namespace ebra::load

int main(int count, char** words) {
    if (count != 6) {
        std::cerr << "usage: postgres-bound CONNECTION PORT PROVIDER_PORT CAP CONNECTIONS\n";
        return 2;
    }
    const auto number = [&](int at) { return std::atoi(words[at]); };
    try {
        ebra::load::Bound(words[1], static_cast<std::uint16_t>(number(2)),
                          static_cast<std::uint16_t>(number(3)),
                          static_cast<std::size_t>(number(4)), number(5))
            .run();
    } catch (const std::exception& error) {
        std::cerr << "postgres-bound: " << error.what() << "\n";
        return 1;
    }
}
