/// @file
/// Check: the invariants of the store, each asked of the rows, and the soundness of the file.
#pragma once

#include "rows.hpp"

#include <string>
#include <vector>

namespace ebra::sqlite {

/// One line per violation, in one snapshot. Takes as long as reading everything takes.
std::vector<std::string> check(Session& session);

}  // namespace ebra::sqlite
