/// @file
/// FaultyStore: the C ABI of a store, wrapped so that it fails on cue for one node: away, commit
/// answer lost before or after the commit, and the node killed in the middle. One thread.
#pragma once

#include "random.hpp"

#include "ebra/abi/ebra.h"

#include <cstdint>
#include <functional>

namespace ebra::simulation {

/// What can go wrong at one call into the store.
enum class StoreFault { kNone, kAway, kStall, kDoubtUndone, kDoubtDone, kKillBefore, kKillAfter };

class FaultyStore {
 public:
    /// What a fault does beyond the answer.
    struct Effects {
        std::function<StoreFault()> roll;  ///< Decides before each write.
        std::function<void()> stall;       ///< Lets time pass while the answer is under way.
        std::function<void()> kill;        ///< The node is to die now.
    };

    FaultyStore(const ebra_store* inner, void* inner_self, Effects effects);
    FaultyStore(const FaultyStore&) = delete;
    FaultyStore& operator=(const FaultyStore&) = delete;

    const ebra_store* table() const { return &table_; }
    void* self() { return this; }

    /// From now on nothing gets through: the node is dead or frozen out.
    void cut_off() { is_cut_off_ = true; }

 private:
    /// Runs a write under the fault rolled for it.
    template <typename Body>
    static ebra_status write(void* self, ebra_error* error, Body&& body);
    /// Runs a read: it fails only when the node is cut off.
    template <typename Body>
    static ebra_status read(void* self, ebra_error* error, Body&& body);
    void fill_writes();
    void fill_reads();

    const ebra_store* const inner_;
    void* const inner_self_;
    const Effects effects_;
    bool is_cut_off_ = false;
    ebra_store table_{};
};

}  // namespace ebra::simulation
