/// @file
/// From the body of POST /calls and PATCH /calls/:id to what the engine is asked, or one problem
/// that names every field that is wrong. Pure but for the memory of PhoneNumbers; any thread.
#pragma once

#include "http/problem.hpp"
#include "http/request.hpp"
#include "phone.hpp"

#include "ebra/engine.hpp"

#include <cstddef>
#include <variant>

namespace ebra {

/// What bodies are held against.
struct CallRules {
    const PhoneNumbers& phones;
    std::size_t metadata_bytes_max;
};

inline constexpr std::size_t kScriptIdBytesMax = 256;
inline constexpr std::size_t kIdempotencyKeyBytesMax = 255;

/// `to` and `scriptId` are needed, `metadata` may be a JSON object (kept byte for byte), other
/// fields are ignored. Takes the Idempotency-Key too; with one, the request has a digest of its
/// meaning: number as normalised, script, metadata without regard to blanks and the order of
/// members.
std::variant<CallRequest, Problem> read_call_request(const HttpRequest& request,
                                                     const CallRules& rules);

/// At least one of `to`, `scriptId`, `metadata`; any other field is an error. `id` is from the
/// path.
std::variant<CallChange, Problem> read_call_change(const HttpRequest& request,
                                                   const CallRules& rules, std::string id);

}  // namespace ebra
