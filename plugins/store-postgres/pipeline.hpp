/// @file
/// Pipeline: prepared statements that go to the server in one message and come back together. A
/// statement that fails takes those after it along. libpqxx 6 has none for statements with
/// parameters: this is libpq's. Used by one thread; blocks for one round trip.
#pragma once

#include <libpq-fe.h>
#include <memory>
#include <string>
#include <vector>

namespace ebra::postgres {

using Result = std::shared_ptr<const PGresult>;

/// Parameters as libpq takes them: pointers into `texts`.
std::vector<const char*> pointers_to(const std::vector<std::string>& texts);

class Pipeline {
 public:
    /// `connection` is idle or within a transaction, and has nothing under way.
    explicit Pipeline(PGconn* connection);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    void add(const std::string& name, const std::vector<std::string>& parameters = {});
    /// Sends and waits for all; one result for each statement, null where the connection was lost
    /// before. When one could not be sent, nothing after it is, and all are null: COMMIT must not
    /// go without what it is to commit.
    std::vector<Result> results();

 private:
    PGconn* const connection_;
    bool is_sound_;
    std::size_t count_ = 0;
};

}  // namespace ebra::postgres
