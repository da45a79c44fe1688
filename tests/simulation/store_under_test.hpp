/// @file
/// StoreUnderTest: the one store of a run, real code: the memory store (with planted faults, if
/// any), or store-sqlite on a file in memory. Each node opens it for itself, as a process would.
/// One thread.
#pragma once

#include "clock.hpp"
#include "random.hpp"

#include "ebra/abi/ebra.h"
#include "plugin/host.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ebra::simulation {

enum class StoreKind { kMemory, kSqlite };

/// One opened instance, as the ABI shows it. Owned by StoreUnderTest.
struct OpenStore {
    const ebra_store* table = nullptr;
    const ebra_store_timeline* timeline = nullptr;
    const ebra_store_check* check = nullptr;
    const ebra_store_gap* gap = nullptr;
    void* self = nullptr;
};

class StoreUnderTest {
 public:
    /// `mutant`: a fault planted in the memory store; empty = none.
    StoreUnderTest(StoreKind kind, const std::string& mutant, const Clock& clock, Random& random);
    ~StoreUnderTest();
    StoreUnderTest(const StoreUnderTest&) = delete;
    StoreUnderTest& operator=(const StoreUnderTest&) = delete;

    /// The instance of the run itself: what the observer reads.
    const OpenStore& own() const { return opened_.front(); }

    /// An instance for one more node; lives as long as this.
    OpenStore open();

 private:
    const StoreKind kind_;
    PluginHost host_;
    std::string folder_;
    std::string options_;
    const ebra_plugin* plugin_ = nullptr;
    std::vector<OpenStore> opened_;
};

}  // namespace ebra::simulation
