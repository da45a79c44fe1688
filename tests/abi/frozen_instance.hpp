/// @file
/// FrozenInstance: the frozen plugin of ABI 1.0, loaded by today's loader, and one instance of it
/// under a host table of the test's choice. One test owns one.
#pragma once

#include "plugin_folder.hpp"

#include "plugin/host.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace ebra {

/// What an instance reported through op_done; keeps the last.
class LastCompletion final : public OperationSink {
 public:
    ebra_status op_done(ebra_op op, const ebra_op_result& result) noexcept override {
        last_op = op;
        answer = result.answer;
        provider_call_id.assign(result.provider_call_id.data, result.provider_call_id.size);
        has_event = result.event != nullptr;
        return EBRA_OK;
    }

    ebra_op last_op = 0;
    std::int32_t answer = 0;
    std::string provider_call_id;
    bool has_event = false;
};

inline ebra_str abi_text(std::string_view text) {
    return ebra_str{text.data(), text.size()};
}

class FrozenInstance {
 public:
    FrozenInstance() {
        folder_.put("frozen-1-0");
        const auto loaded = folder_.load("frozen-1-0");
        if (loaded) descriptor = loaded.value().descriptor;
        EXPECT_TRUE(loaded) << loaded.error().message;
    }
    ~FrozenInstance() {
        if (self != nullptr) descriptor->destroy(self);
    }
    FrozenInstance(const FrozenInstance&) = delete;
    FrozenInstance& operator=(const FrozenInstance&) = delete;

    /// Makes the instance under `table`, or under today's own host table.
    ebra_status create(std::string_view options, const ebra_host* table = nullptr) {
        ebra_error error{};
        error.struct_size = sizeof error;
        const ebra_status status = descriptor->create(table != nullptr ? table : host.table(),
                                                      abi_text(options), &self, &error);
        message = error.message;
        return status;
    }

    const ebra_plugin* descriptor = nullptr;
    void* self = nullptr;
    std::string message;
    ManualClock clock{1'700'000'000'000};
    SeededRandom random{1};
    LastCompletion completion;
    PluginHost host{"frozen-1-0", clock, random, &completion};

 private:
    PluginFolder folder_;
};

}  // namespace ebra
