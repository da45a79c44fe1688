// Method: one process on one private server with its stock settings, through the plugin's C ABI.
// Each comparison is interleaved (A B A B ...): what is printed is the median of the ratios of the
// pairs with the interval that holds the true median with 95 %. Only what is under test is timed:
// no opening of stores, no refilling, no waiting in a loop. Quote the ratios, not the figures, and
// run it alone:
//
//   tests/load/run_store_postgres.sh [--pairs 7] [--figure NAME ...]
//
// which starts a private server and gives its file (what tests/postgres/server.sh start writes).
#include "pairs.hpp"
#include "postgres_claimers.hpp"
#include "postgres_figures.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <set>

namespace ebra::load {
namespace {

int run(int count, char** words) {
    std::string server_file;
    int pairs = 7;
    std::vector<std::string> names;
    CLI::App app{"Measures store-postgres and prints a table in Markdown."};
    app.add_option("SERVER_FILE", server_file, "what tests/postgres/server.sh start wrote")
        ->required();
    app.add_option("--pairs", pairs, "pairs of each comparison")->check(CLI::Range(1, 1000));
    std::set<std::string> known;
    for (const Figure& figure : figures()) known.insert(figure.name);
    app.add_option("--figure", names, "only these")->check(CLI::IsMember(known));
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    Bench bench{Server::of_file(server_file), server_file, Pairs(pairs)};
    for (const Figure& figure : figures()) {
        const bool is_asked = std::find(names.begin(), names.end(), figure.name) != names.end();
        if (is_asked || (names.empty() && !figure.is_long)) figure.run(bench);
    }
    std::string command = "tests/load/run_store_postgres.sh";
    for (int i = 2; i < count; ++i) command += std::string(" ") + words[i];
    bench.pairs.print_table(command);
    return 0;
}

}  // namespace
}  // namespace ebra::load

int main(int count, char** words) {
    try {
        if (count > 1 && std::string(words[1]) == ebra::load::kClaimerWord) {
            return ebra::load::claimer_main({words + 2, words + count});
        }
        return ebra::load::run(count, words);
    } catch (const std::exception& error) {
        std::cerr << "bench_store_postgres: " << error.what() << "\n";
        return 1;
    }
}
