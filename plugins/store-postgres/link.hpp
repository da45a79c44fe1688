/// @file
/// Link: a connection as libpqxx opens it, and what is beneath: statements go through libpq, whose
/// results keep the SQLSTATE of every error and whose pipelines take parameters. Owned by one
/// Connection.
#pragma once

#include <libpq-fe.h>
#include <pqxx/pqxx>
#include <string>

namespace ebra::postgres {

class Link : public pqxx::connection_base {
 public:
    /// Connects. Throws what libpqxx throws.
    explicit Link(const std::string& options) : connection_base(policy_), policy_(options) {
        init();
    }
    ~Link() { close(); }

    PGconn* handle() const { return policy_.opened; }

 private:
    struct Policy : pqxx::connect_direct {
        using pqxx::connect_direct::connect_direct;
        PGconn* do_startconnect(PGconn* none) override {
            return opened = pqxx::connect_direct::do_startconnect(none);
        }
        PGconn* opened = nullptr;
    };

    Policy policy_;
};

}  // namespace ebra::postgres
