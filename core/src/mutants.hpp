/// @file
/// Faults planted on purpose, one at a time, to prove that the tests would notice them. They exist
/// only in the test build of the engine (EBRA_MUTANTS); elsewhere is_planted() is constant false
/// and the compiler removes every trace.
#pragma once

#include <string_view>

namespace ebra {

enum class Mutant {
    kNone,
    kUnknownAsRefused,           ///< A lost answer is treated as a refusal and retried.
    kAcknowledgeBeforeCommit,    ///< The client is answered before the store has committed.
    kAnswerWebhookBeforeCommit,  ///< So is the provider.
    kReuseReference,             ///< Every placement of a call carries the same reference.
    kDialBeforeClaimCommit,      ///< What a claim in doubt should have given is dialed.
    kRetryUnproven,              ///< A weak "not found" is taken for proof.
    kIgnoreSendBy,               ///< A claim is sent however late it is.
    kTrustOwnClock,              ///< The node's own wall clock decides, not the store's.
};

#ifdef EBRA_MUTANTS
void plant(Mutant mutant);
bool is_planted(Mutant mutant);
/// The mutant of that name ("reuse_reference"), kNone when there is none.
Mutant mutant_named(std::string_view name);
#else
constexpr bool is_planted(Mutant) {
    return false;
}
#endif

}  // namespace ebra
