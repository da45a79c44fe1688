/// @file
/// Stage: a schema of store-postgres with calls in it, for benchmarks and for tests of plans: calls
/// that a claim is about go through the store, the many in the way are made in the server. Throws
/// std::runtime_error when the store refuses anything. Owned and used by one thread.
#pragma once

#include "postgres_face.hpp"

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace ebra::postgres::test {

/// Many calls of one kind, as the server makes them.
struct Crowd {
    enum class State { kReady, kParked, kScheduled, kFinished };

    int count = 0;
    State state = State::kReady;
    int priority = 0;
    std::string number = {};    ///< All to this number; empty: each to one of its own.
    std::string provider = {};  ///< All pinned to this one.
};

class Stage {
 public:
    explicit Stage(const Server& server, const std::string& more_options = "");

    StoreFace& store() { return *store_; }
    const std::string& schema() const { return schema_; }
    const Server& server() const { return server_; }

    /// Stores `count` calls to numbers of their own, a thousand a batch.
    void enqueue(int count);
    void enqueue(int count, const std::function<void(conformance::NewCall&)>& shape);
    /// Makes a crowd by SQL, much faster than through the store.
    void add(const Crowd& crowd);
    conformance::SeenClaim claim(std::uint32_t limit);
    void accept(const std::vector<conformance::SeenCall>& calls);
    void end(const std::vector<conformance::SeenCall>& calls);

    /// What a busy database has from autovacuum within a minute.
    void analyze();
    pqxx::result sql(const std::string& text);

 private:
    const Server server_;
    const std::string schema_;
    std::unique_ptr<StoreFace> store_;
    std::unique_ptr<pqxx::connection> connection_;
    std::uint64_t token_ = 0;
    std::int64_t made_ = 0;
};

/// Ends calls as completed, in one batch.
void end_calls(StoreFace& store, const std::vector<conformance::SeenCall>& calls);

/// Throws when the store's last answer was no.
void require_answer(StoreFace& store);

}  // namespace ebra::postgres::test
