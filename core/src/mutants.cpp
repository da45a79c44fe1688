#include "mutants.hpp"

#ifdef EBRA_MUTANTS

#include <atomic>
#include <cstdlib>
#include <utility>

namespace ebra {

namespace {

constexpr std::pair<std::string_view, Mutant> kNames[] = {
    {"unknown_as_refused", Mutant::kUnknownAsRefused},
    {"acknowledge_before_commit", Mutant::kAcknowledgeBeforeCommit},
    {"answer_webhook_before_commit", Mutant::kAnswerWebhookBeforeCommit},
    {"reuse_reference", Mutant::kReuseReference},
    {"dial_before_claim_commit", Mutant::kDialBeforeClaimCommit},
    {"retry_unproven", Mutant::kRetryUnproven},
    {"ignore_send_by", Mutant::kIgnoreSendBy},
    {"trust_own_clock", Mutant::kTrustOwnClock},
};

/// A process under test is told by EBRA_MUTANT=name which fault to have.
Mutant from_environment() {
    const char* name = std::getenv("EBRA_MUTANT");
    return name == nullptr ? Mutant::kNone : mutant_named(name);
}

std::atomic<Mutant> planted{from_environment()};

}  // namespace

void plant(Mutant mutant) {
    planted = mutant;
}

bool is_planted(Mutant mutant) {
    return planted.load(std::memory_order_relaxed) == mutant;
}

Mutant mutant_named(std::string_view name) {
    for (const auto& [known, mutant] : kNames) {
        if (known == name) return mutant;
    }
    return Mutant::kNone;
}

}  // namespace ebra

#endif
