/// @file
/// Ledger: the dials of a ledger file as the checker sees them. It shares no code with the engine
/// or with the plugin that wrote the file: a defect there must not hide itself here. Pure
/// functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ebra::ledger {

/// One phone that rang, from `from_ns` until before `until_ns`.
struct Dial {
    std::string file;
    std::size_t line = 0;
    std::string id;
    std::string reference;
    std::string number;
    std::string provider;
    std::string boot;
    std::int64_t from_ns = 0;
    /// Nothing: nobody wrote down when it ended, so nothing is proven after from_ns.
    std::optional<std::int64_t> until_ns;
};

struct Ledger {
    std::vector<Dial> dials;
    std::size_t ends = 0;        ///< Lines that say when a call really ended.
    std::size_t torn_lines = 0;  ///< Last lines cut short by a killed process; at most one a file.
};

/// The file can not be judged; the message names file and line.
class Unusable : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// Adds what stands in `in`. Throws Unusable.
void read_ledger(std::istream& in, const std::string& name, Ledger& into);

}  // namespace ebra::ledger
