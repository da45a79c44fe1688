/// @file
/// The figures of bench_store_postgres: each makes its stages, compares and reports. Used by one
/// thread; each throws std::runtime_error when the store refuses anything.
#pragma once

#include "pairs.hpp"
#include "postgres_stage.hpp"

#include <string>
#include <vector>

namespace ebra::load {

using postgres::test::Crowd;
using postgres::test::end_calls;
using postgres::test::require_answer;
using postgres::test::Server;
using postgres::test::Stage;
using postgres::test::StoreFace;

struct Bench {
    Server server;
    std::string server_file;
    Pairs pairs;
};

struct Figure {
    const char* name;
    void (*run)(Bench& bench);
    bool is_long = false;  ///< Minutes: only when it is asked for.
};

/// Claims of 100 beside many calls that cannot go, that wait, or that have ended.
void claims_beside_crowds(Bench& bench);
void claims_with_backlog(Bench& bench);
void claims_with_long_backlog(Bench& bench);
void claims_with_history(Bench& bench);

/// Claim and settle by several claimers, under caps and over processes.
void claimers_under_caps(Bench& bench);
void claimers_over_processes(Bench& bench);

/// What enqueues, whole lives and transactions held open cost.
void enqueue_beside_copy(Bench& bench);
void wake_ups(Bench& bench);
void lifecycles(Bench& bench);
void wal_of_a_call(Bench& bench);
void held_open(Bench& bench);

const std::vector<Figure>& figures();

}  // namespace ebra::load
