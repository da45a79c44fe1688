/// @file
/// Faults planted on purpose, one at a time, to prove that the tests would notice them. They exist
/// only in the test build of the engine (EBRA_MUTANTS); elsewhere is_planted() is constant false
/// and the compiler removes every trace.
#pragma once

namespace ebra {

enum class Mutant {
    kNone,
    kUnknownAsRefused,         ///< A lost answer is treated as a refusal and retried.
    kAcknowledgeBeforeCommit,  ///< The client is answered before the store has committed.
    kReuseReference,           ///< Every placement of a call carries the same reference.
    kDialBeforeClaimCommit,    ///< A claim in doubt is dialed without being read back.
    kRetryUnproven,            ///< A weak "not found" is taken for proof.
    kIgnoreSendBy,             ///< A claim is sent however late it is.
};

#ifdef EBRA_MUTANTS
void plant(Mutant mutant);
bool is_planted(Mutant mutant);
#else
constexpr bool is_planted(Mutant) {
    return false;
}
#endif

}  // namespace ebra
