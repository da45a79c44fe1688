/// @file
/// What the program's exit codes mean. Scripts rely on them. DO NOT RENUMBER.
#pragma once

#include "ebra/result.hpp"

namespace ebra::commands {

enum ExitCode : int {
    kOk = 0,
    kFailed = 1,
    kUsage = 2,
    kNotFound = 3,
    kConflict = 4,
    kUnavailable = 5,
};

/// The exit code for an error of the engine's.
inline ExitCode exit_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::kNotFound:
            return kNotFound;
        case ErrorCode::kConflict:
            return kConflict;
        case ErrorCode::kUnavailable:
        case ErrorCode::kTimeout:
        case ErrorCode::kRateLimited:
            return kUnavailable;
        default:
            return kFailed;
    }
}

}  // namespace ebra::commands
