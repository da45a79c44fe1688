/// @file
/// SimFace: one instance of provider-sim over its C ABI, with values in and out, and a folder of
/// its own. One thread at a time, but for start().
#pragma once

#include "fake_host.hpp"

#include "ebra/abi/ebra.h"

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ebra::sim::test {

/// A folder that is removed at the end.
class Folder {
 public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    std::string ledger() const { return file("ledger.jsonl"); }

 private:
    std::string path_;
};

/// The lines of a ledger.
std::vector<nlohmann::json> lines_of(const std::string& ledger);

class SimFace {
 public:
    /// Fails the test when the options are refused. The host must outlive this.
    SimFace(FakeHost& host, const nlohmann::json& options);
    ~SimFace();
    SimFace(const SimFace&) = delete;
    SimFace& operator=(const SimFace&) = delete;

    struct Start {
        std::string reference;
        std::string callback_url = "";
        std::string to = "+14155550100";
        std::uint64_t send_by_ns = ~std::uint64_t{0};
    };

    /// The operation; `status` gets what start_call returned.
    ebra_op start(const Start& start, ebra_status* status = nullptr);

    /// start(), and its answer; fails the test when it does not come.
    Completion place(const Start& start);

    struct About {
        std::string reference;
        std::string provider_call_id = "";
        ebra_time_ms claimed_at = 0;
    };
    Completion query(const About& about);
    Completion cancel(const About& about);

    std::uint64_t capabilities() const { return table_->capabilities(self_); }
    std::int64_t visibility_delay_ms() const { return table_->visibility_delay_ms(self_); }

    /// Ends the instance early.
    void destroy();

 private:
    using Ask = ebra_status (*)(void*, const ebra_placement_request*, ebra_op, ebra_error*);
    Completion ask(Ask function, const About& about);

    FakeHost& host_;
    const ebra_plugin* const plugin_;
    const ebra_provider* const table_;
    void* self_ = nullptr;
};

/// The plugin's verdict on options: one line per problem, "pointer: text (nearest)".
std::vector<std::string> problems_of(const std::string& options_json);

/// What create() says, "" when it succeeds.
std::string refusal_of(const nlohmann::json& options);

}  // namespace ebra::sim::test
