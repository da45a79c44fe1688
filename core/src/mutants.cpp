#include "mutants.hpp"

#ifdef EBRA_MUTANTS

#include <atomic>

namespace ebra {

namespace {
std::atomic<Mutant> planted{Mutant::kNone};
}

void plant(Mutant mutant) {
    planted = mutant;
}

bool is_planted(Mutant mutant) {
    return planted.load(std::memory_order_relaxed) == mutant;
}

}  // namespace ebra

#endif
