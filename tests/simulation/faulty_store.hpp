/// @file
/// FaultyStore: the C ABI of a store, wrapped for one node so that it fails on cue: away, slow on
/// the way there or back, commit answer lost before or after the commit, the node killed in the
/// middle. It also tells the run's history what was written. One thread, many fibers.
#pragma once

#include "store_under_test.hpp"

#include <functional>
#include <string>

namespace ebra::simulation {

/// What can go wrong at one call into the store.
enum class StoreFault {
    kNone,
    kAway,
    kSlowRequest,
    kSlowAnswer,
    kDoubtUndone,
    kDoubtDone,
    kKillBefore,
    kKillAfter
};

class FaultyStore {
 public:
    /// What a fault does beyond the answer.
    struct Effects {
        std::function<StoreFault()> roll;        ///< Decides before each write.
        std::function<void(std::int64_t)> wait;  ///< Lets so many milliseconds pass.
        std::function<std::int64_t()> slow_ms;   ///< How slow a slow write is.
        std::function<std::int64_t()> read_ms;   ///< How slow this read's answer is; mostly 0.
        std::function<void()> kill;              ///< The node is to die now.
        /// Tells what was written; empty = nobody listens.
        std::function<void(const std::string& line)> tell;
    };

    FaultyStore(const OpenStore& inner, Effects effects);
    FaultyStore(const FaultyStore&) = delete;
    FaultyStore& operator=(const FaultyStore&) = delete;

    const ebra_store* table() const { return &table_; }
    void* self() { return this; }

    /// From now on nothing gets through: the node is dead.
    void cut_off() { is_cut_off_ = true; }

 private:
    /// Runs a write under the fault rolled for it.
    template <typename Body>
    static ebra_status write(void* self, const char* what, ebra_error* error, Body&& body);
    template <typename Body>
    ebra_status write_slowly(bool waits_first, ebra_error* error, Body&& body);
    /// Runs a read: it may be slow, and fails only when the node is cut off.
    template <typename Body>
    static ebra_status read(void* self, ebra_error* error, Body&& body);
    void fill_writes();
    void fill_reads();
    void tell(const char* what, StoreFault fault, ebra_status status) const;

    const OpenStore inner_;
    const Effects effects_;
    bool is_cut_off_ = false;
    ebra_store table_{};
};

}  // namespace ebra::simulation
