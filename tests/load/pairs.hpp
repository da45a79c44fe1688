/// @file
/// Pairs: benchmarks that compare. A and B run in turn (A B A B ...), one pair after the other, and
/// what is reported is the median of the pairs' ratios with the interval that holds the true median
/// with 95 %. Owned and used by one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ebra::load {

/// Runs once and gives how much was done in a second.
using Round = std::function<double()>;

/// Seconds that `body` takes.
double seconds_of(const std::function<void()>& body);

/// The middle of the values; of an even number the lower one of the two. `values` is not empty.
double median_of(std::vector<double> values);

class Pairs {
 public:
    explicit Pairs(int count) : count_(count) {}

    /// Runs each once unmeasured, then the pairs, and reports measured / base.
    void compare(const std::string& figure, const std::string& aim, const Round& measured,
                 const Round& base);
    /// Reports values that were measured elsewhere.
    void report(const std::string& figure, const std::string& aim,
                const std::vector<double>& values, const std::string& beside);
    /// Writes everything as a table in Markdown, with its date, command and the machine's load.
    void print_table(const std::string& command) const;

    int count() const { return count_; }

 private:
    const int count_;
    std::vector<std::string> lines_;
};

}  // namespace ebra::load
