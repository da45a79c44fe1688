/// @file
/// Conversions between the records of `ebra/call.hpp` and the structs of the C ABI. Pure functions.
#pragma once

#include "ebra/abi/ebra.h"
#include "ebra/call.hpp"

namespace ebra {

/// A call to be stored: a Call's spec and what only the store needs.
struct NewCall {
    std::string id;
    std::string tenant;
    std::string campaign;
    std::string provider;
    std::string to;
    std::string script_id;
    std::string metadata_json;
    std::string idempotency_key;
    std::string request_digest;
    std::int32_t priority = 0;
    std::int64_t not_before = 0;
    std::int64_t not_after = 0;
};

/// A view over `text`, which must outlive it.
inline ebra_str abi_str(std::string_view text) {
    return ebra_str{text.data(), text.size()};
}

/// An owning copy.
inline std::string from_abi(ebra_str text) {
    return text.size == 0 ? std::string() : std::string(text.data, text.size);
}

/// The ABI's view of a call to be stored; valid as long as `call` is.
ebra_call_spec to_abi(const NewCall& call);

/// Owning copies of what a plugin showed. Fields beyond the struct's size keep their defaults.
Call from_abi(const ebra_call& call);
Placement from_abi(const ebra_placement& placement);
TimelineEntry from_abi(const ebra_entry& entry);
WhyNot from_abi(const ebra_reason& reason);
Counts from_abi(const ebra_counts& counts);

/// The structs a provider is shown, with the storage they point into. Neither copyable nor movable,
/// because the structs point at each other; `call` must outlive it.
class AbiCallView {
 public:
    explicit AbiCallView(const Call& call);
    AbiCallView(const AbiCallView&) = delete;
    AbiCallView& operator=(const AbiCallView&) = delete;

    const ebra_call* get() const { return &call_; }

 private:
    ebra_call_spec spec_{};
    ebra_call_state state_{};
    ebra_placement placement_{};
    ebra_call call_{};
};

}  // namespace ebra
