/// @file
/// Program: one run of the `ebra` command from start to end, with what it said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ebra::integration {

struct ProgramRun {
    int code = -1;  ///< -1 = it did not end in time, and was killed.
    std::string output;
    std::string errors;

    std::string all() const { return output + errors; }
};

/// Runs `ebra` with `arguments` in `folder`, with `environment` ("NAME=value") added.
ProgramRun run_program(const std::vector<std::string>& arguments,
                       const std::filesystem::path& folder,
                       const std::vector<std::string>& environment = {});

}  // namespace ebra::integration
