/// @file
/// FreshSchema: a test with a schema of its own on the server that all tests share, and a way to it
/// past the store. The server's file is named by EBRA_POSTGRES_SERVER.
#pragma once

#include "postgres_face.hpp"

#include <gtest/gtest.h>
#include <pqxx/pqxx>
#include <string>

namespace ebra::postgres::test {

class FreshSchema : public testing::Test {
 protected:
    FreshSchema() : server_(Server::of_file(EBRA_POSTGRES_SERVER)), schema_(unique_schema()) {}

    std::string options(const std::string& more = "") const {
        return server_.options(schema_, more);
    }

    /// On a connection of its own, each statement as it is committed. Gives the rows of the last.
    pqxx::result sql(const std::string& text) const {
        pqxx::connection connection(server_.connection_string());
        pqxx::nontransaction work(connection);
        work.exec("SET search_path TO " + schema_);
        return work.exec(text);
    }

    const Server server_;
    const std::string schema_;
};

}  // namespace ebra::postgres::test
