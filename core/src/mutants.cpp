#include "mutants.hpp"

#ifdef EBRA_MUTANTS

#include <atomic>
#include <cstdlib>

namespace ebra {

namespace {

/// A process under test is told by EBRA_MUTANT=number which fault to have, as in the enumeration.
Mutant from_environment() {
    const char* number = std::getenv("EBRA_MUTANT");
    return number == nullptr ? Mutant::kNone : static_cast<Mutant>(std::atoi(number));
}

std::atomic<Mutant> planted{from_environment()};

}  // namespace

void plant(Mutant mutant) {
    planted = mutant;
}

bool is_planted(Mutant mutant) {
    return planted.load(std::memory_order_relaxed) == mutant;
}

}  // namespace ebra

#endif
