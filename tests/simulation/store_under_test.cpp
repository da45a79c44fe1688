#include "store_under_test.hpp"

#include "assert.hpp"
#include "memory_store_plugin.hpp"

#include "ebra/plugin.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace ebra::simulation {

namespace {

/// A folder that needs no disk, where there is one.
std::string temporary_folder() {
    const bool has_memory = std::filesystem::is_directory("/dev/shm");
    std::string pattern =
        (has_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
        "ebra-simulation-XXXXXX";
    const char* made = mkdtemp(pattern.data());
    EBRA_ASSERT(made != nullptr);
    return made;
}

}  // namespace

StoreUnderTest::StoreUnderTest(StoreKind kind, const std::string& mutant, const Clock& clock,
                               Random& random)
    : kind_(kind), host_("store", clock, random, nullptr) {
    if (kind == StoreKind::kMemory) {
        plugin_ = ebra_memory_store_plugin();
        options_ = "{\"mutant\":\"" + mutant + "\"}";
    } else {
        plugin_ = ebra_plugin_v1();
        folder_ = temporary_folder();
        options_ = "{\"path\":\"" + folder_ + "/calls.db\"}";
    }
    (void)open();
}

StoreUnderTest::~StoreUnderTest() {
    if (kind_ == StoreKind::kMemory) {
        plugin_->destroy(opened_.front().self);
        return;
    }
    for (const OpenStore& store : opened_) plugin_->destroy(store.self);
    std::error_code failure;
    std::filesystem::remove_all(folder_, failure);
}

OpenStore StoreUnderTest::open() {
    // What is in memory is there once; a file is opened by every node.
    if (kind_ == StoreKind::kMemory && !opened_.empty()) return opened_.front();
    OpenStore made;
    auto error = plugin::sized<ebra_error>();
    const ebra_status status =
        plugin_->create(host_.table(), plugin::str(options_), &made.self, &error);
    if (status != EBRA_OK) std::fprintf(stderr, "the store does not open: %s\n", error.message);
    EBRA_ASSERT(status == EBRA_OK);
    const auto get = plugin_->get_interface;
    made.table = static_cast<const ebra_store*>(get(EBRA_STORE_ID));
    made.timeline = static_cast<const ebra_store_timeline*>(get(EBRA_STORE_TIMELINE_ID));
    made.check = static_cast<const ebra_store_check*>(get(EBRA_STORE_CHECK_ID));
    made.gap = static_cast<const ebra_store_gap*>(get(EBRA_STORE_GAP_ID));
    opened_.push_back(made);
    return made;
}

}  // namespace ebra::simulation
