// sqlite-bound: how fast the whole lifecycle could go on SQLite: one thread, every step that
// arrived since the last commit in the next one, durability FULL. POST /calls and webhooks are
// answered after their commit, no start leaves before its claim's commit, at most CAP are in
// flight, one per number. It checks nothing, retries nothing and recovers nothing: a bound to hold
// a real program against, not a design.
//
//   sqlite-bound FILE PORT PROVIDER_PORT CAP CONNECTIONS
#include "message_loop.hpp"

#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ebra::load {
namespace {

/// The database: four statements and a transaction around what waits.
class Rows {
 public:
    explicit Rows(const char* path) {
        check(sqlite3_open(path, &database_));
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        run("CREATE TABLE calls (id INTEGER PRIMARY KEY, to_number TEXT NOT NULL, body TEXT NOT "
            "NULL, status INTEGER NOT NULL)");
        run("CREATE UNIQUE INDEX calls_live ON calls (to_number) WHERE status = 2");
        run("CREATE INDEX calls_due ON calls (id) WHERE status = 1");
        run("CREATE TABLE mappings (provider_call_id TEXT PRIMARY KEY, call INTEGER NOT NULL) "
            "WITHOUT ROWID");
        insert_ = prepare("INSERT INTO calls VALUES (?1, ?2, ?3, 1)");
        claim_ = prepare("UPDATE calls SET status = 2 WHERE id = ?1 AND status = 1");
        map_ = prepare("INSERT INTO mappings VALUES (?2, ?1)");
        settle_ = prepare("UPDATE calls SET status = 3 WHERE id = ?1 AND status = 2");
    }

    void begin() { run("BEGIN IMMEDIATE"); }
    void commit() { run("COMMIT"); }
    void insert(std::int64_t id, const std::string& to, const std::string& body) {
        sqlite3_bind_text(insert_, 3, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
        step(insert_, id, to);
    }
    void claim(std::int64_t id) { step(claim_, id, ""); }
    void map(std::int64_t id, const std::string& provider_call_id) {
        step(map_, id, provider_call_id);
    }
    void settle(std::int64_t id) { step(settle_, id, ""); }

 private:
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v2(database_, sql, -1, &made, nullptr));
        return made;
    }
    void step(sqlite3_stmt* statement, std::int64_t id, const std::string& text) {
        sqlite3_bind_int64(statement, 1, id);
        if (sqlite3_bind_parameter_count(statement) > 1) {
            sqlite3_bind_text(statement, 2, text.data(), static_cast<int>(text.size()),
                              SQLITE_STATIC);
        }
        if (sqlite3_step(statement) != SQLITE_DONE) {
            throw std::runtime_error(sqlite3_errmsg(database_));
        }
        sqlite3_reset(statement);
    }
    void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
    void check(int code) {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* claim_ = nullptr;
    sqlite3_stmt* map_ = nullptr;
    sqlite3_stmt* settle_ = nullptr;
};

struct Call {
    std::string to;
    std::string body;
};

class Bound {
 public:
    Bound(const char* file, std::uint16_t port, std::uint16_t provider_port, std::size_t cap,
          int connections)
        : rows_(file),
          cap_(cap),
          port_(port),
          loop_({[this](auto id, auto head, auto body) { message(id, head, body); }, {}}) {
        port_ = loop_.listen(port);
        for (int n = 0; n < connections; ++n) idle_.push_back(loop_.connect(provider_port));
        providers_.insert(idle_.begin(), idle_.end());
        std::cout << "listening on http://127.0.0.1:" << port_ << std::endl;
    }

    void run() {
        for (;;) {
            const bool has_work = !posted_.empty() || !placed_.empty() || !ended_.empty();
            loop_.turn(has_work ? 0 : 1'000);
            commit();
            dial();
        }
    }

 private:
    struct Posted {
        MessageLoop::Id from;
        std::int64_t call;
    };
    struct Ended {
        MessageLoop::Id from;
        std::string provider_call_id;
    };

    void message(MessageLoop::Id id, std::string_view head, std::string_view body) {
        if (providers_.count(id) != 0) {
            placed_.emplace_back(dialing_[id], field_of(body, "callId"));
            idle_.push_back(id);
        } else if (head.rfind("POST /calls", 0) == 0) {
            calls_[++last_] = {field_of(body, "to"), std::string(body)};
            posted_.push_back({id, last_});
        } else if (head.rfind("GET /metrics", 0) == 0) {
            loop_.send(id, answer_of("200 OK", "{\"COMPLETED\":" + std::to_string(completed_) +
                                                   ",\"FAILED\":0}"));
        } else {
            ended_.push_back({id, field_of(body, "providerCallId")});
        }
    }

    /// All that waits, in one transaction; then the answers.
    void commit() {
        if (posted_.empty() && placed_.empty() && ended_.empty() && !may_claim()) return;
        rows_.begin();
        for (const Posted& posted : posted_) {
            rows_.insert(posted.call, calls_[posted.call].to, calls_[posted.call].body);
            due_.push_back(posted.call);
        }
        for (const auto& [call, provider_call_id] : placed_) {
            rows_.map(call, provider_call_id);
            mapped_[provider_call_id] = call;
        }
        std::vector<Ended> early;
        std::vector<MessageLoop::Id> settled;
        for (Ended& ended : ended_) {
            const auto known = mapped_.find(ended.provider_call_id);
            if (known == mapped_.end()) {
                early.push_back(std::move(ended));
                continue;
            }
            rows_.settle(known->second);
            busy_.erase(calls_[known->second].to);
            calls_.erase(known->second);
            mapped_.erase(known);
            settled.push_back(ended.from);
        }
        claim();
        rows_.commit();
        for (const Posted& posted : posted_) {
            loop_.send(posted.from,
                       answer_of("201 Created", "{\"id\":\"" + std::to_string(posted.call) +
                                                    "\",\"status\":\"PENDING\"}"));
        }
        for (const MessageLoop::Id id : settled) loop_.send(id, answer_of("200 OK", "{}"));
        completed_ += settled.size();
        posted_.clear();
        placed_.clear();
        ended_ = std::move(early);
    }

    bool may_claim() const { return !due_.empty() && busy_.size() < cap_; }

    void claim() {
        std::size_t looked_at = due_.size();
        while (may_claim() && looked_at-- > 0) {
            const std::int64_t call = due_.front();
            due_.pop_front();
            if (!busy_.insert(calls_[call].to).second) {
                due_.push_back(call);
                continue;
            }
            rows_.claim(call);
            claimed_.push_back(call);
        }
    }

    void dial() {
        while (!claimed_.empty() && !idle_.empty()) {
            const MessageLoop::Id id = idle_.back();
            idle_.pop_back();
            dialing_[id] = claimed_.front();
            const std::string hook = "http://127.0.0.1:" + std::to_string(port_) + "/callbacks";
            loop_.send(id,
                       request_of("POST /api/v1/calls", "{\"to\":\"" + calls_[claimed_.front()].to +
                                                            "\",\"webhookUrl\":\"" + hook + "\"}"));
            claimed_.pop_front();
        }
    }

    Rows rows_;
    const std::size_t cap_;
    std::uint16_t port_;
    MessageLoop loop_;
    std::int64_t last_ = 0;
    std::size_t completed_ = 0;
    std::unordered_map<std::int64_t, Call> calls_;
    std::unordered_map<std::string, std::int64_t> mapped_;
    std::unordered_set<std::string> busy_;
    std::deque<std::int64_t> due_;
    std::deque<std::int64_t> claimed_;
    std::vector<Posted> posted_;
    std::vector<std::pair<std::int64_t, std::string>> placed_;
    std::vector<Ended> ended_;
    std::vector<MessageLoop::Id> idle_;
    std::unordered_set<MessageLoop::Id> providers_;
    std::map<MessageLoop::Id, std::int64_t> dialing_;
};

}  // namespace
}  // namespace ebra::load

int main(int count, char** words) {
    if (count != 6) {
        std::cerr << "usage: sqlite-bound FILE PORT PROVIDER_PORT CAP CONNECTIONS\n";
        return 2;
    }
    const auto number = [&](int at) { return std::atoi(words[at]); };
    ebra::load::Bound(words[1], static_cast<std::uint16_t>(number(2)),
                      static_cast<std::uint16_t>(number(3)), static_cast<std::size_t>(number(4)),
                      number(5))
        .run();
}
