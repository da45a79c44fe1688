/// @file
/// Claimers: processes that claim and end calls of a store as fast as they can, as so many nodes
/// would. Each opens its store once, before anything is timed, and waits for the word to go. A
/// claimer that the caps stop waits until a call of its process has ended, so that none spins.
/// Owned and used by one thread; throws std::runtime_error when a process fails.
#pragma once

#include "postgres_face.hpp"

#include <string>
#include <vector>

namespace ebra::load {

struct ClaimersPlan {
    std::string server_file;
    std::string database;
    std::string schema;
    int processes = 1;
    int threads = 1;  ///< In each process.
};

class Claimers {
 public:
    /// Starts the processes and waits until each has its store open.
    explicit Claimers(const ClaimersPlan& plan);
    ~Claimers();
    Claimers(const Claimers&) = delete;
    Claimers& operator=(const Claimers&) = delete;

    /// Claims and ends all that can be claimed. How many calls that were.
    int run();

 private:
    struct Child {
        int pid = -1;
        int words = -1;    ///< Where it is told to go.
        int answers = -1;  ///< Where it tells.
    };

    int answer_of(const Child& child) const;

    std::vector<Child> children_;
};

/// The process itself: what `Claimers` has started with these words. Its exit code.
int claimer_main(const std::vector<std::string>& words);
/// The first of these words.
inline constexpr const char* kClaimerWord = "--claimer";

}  // namespace ebra::load
