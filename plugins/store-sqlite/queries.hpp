/// @file
/// Reads for people and for look-ups: get, find, list, counts. On a reading connection, in one
/// snapshot, never behind the writer.
#pragma once

#include "rows.hpp"

#include <vector>

namespace ebra::sqlite {

/// The calls that exist, in the order asked.
std::vector<FullCall> get_calls(Session& session, const ebra_str* ids, std::size_t count);
std::vector<FullCall> find_calls(Session& session, const ebra_find_request& request);
std::vector<FullCall> list_calls(Session& session, const ebra_list_request& request);
/// All counts; struct_size is not set.
ebra_counts count_calls(Session& session);

}  // namespace ebra::sqlite
