/// @file
/// The conformance suite: named cases that any plugin must pass, ours and other people's. The
/// headers under ebra/abi are the specification; this is its executable half.
///
/// A case gets a Trial: the plugin, opened by the engine's own loader, options that name a fresh
/// place of its own, and a seed. It throws CaseFailure or CaseSkipped (expect.hpp) or returns.
/// Cases share nothing and each runs in a process of its own (runner.hpp).
#pragma once

#include "clock.hpp"
#include "expect.hpp"
#include "folder.hpp"
#include "random.hpp"

#include "plugin/host.hpp"
#include "plugin/loader.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ebra::conformance {

/// What to examine.
struct Examinee {
    std::string plugin_path;       ///< Absolute.
    std::string options_template;  ///< JSON; ${TMP} and ${UNIQUE} are replaced for each case.
    std::string webhook_sample;  ///< JSON of an authentic webhook, or empty; see webhook_cases.cpp.
    std::uint64_t seed = 1;
};

/// The options for one case: ${TMP} becomes `folder`, ${UNIQUE} an identifier of [a-z0-9_] that no
/// other case has, on this machine or another.
std::string fill_in(const std::string& options_template, const std::string& folder,
                    const std::string& unique);

/// What one case works with. Not thread-safe, but for what `plugin()` gives.
class Trial {
 public:
    /// Loads the plugin; throws CaseFailure when the loader refuses it.
    explicit Trial(const Examinee& examinee);

    const ebra_plugin& plugin() const { return *plugin_.descriptor; }
    const LoadedPlugin& library() const { return plugin_; }
    /// Options of the one place that this case has. Instances made with them share it.
    const std::string& options() const { return options_; }
    /// Options of another, fresh place.
    std::string other_options();
    const std::string& folder() const { return folder_.path(); }
    const std::string& webhook_sample() const { return examinee_.webhook_sample; }
    std::uint64_t seed() const { return examinee_.seed; }
    Random& random() { return random_; }
    /// A host with the system's clocks and no operations.
    const ebra_host* host() const { return host_.table(); }

    /// The plugin's table, full size, checked as the engine checks it. Throws CaseFailure.
    const ebra_store& store() const;
    const ebra_provider& provider() const;
    /// Optional tables, or nullptr.
    template <typename Table>
    const Table* extension(const char* id) const {
        return static_cast<const Table*>(plugin().get_interface(id));
    }

 private:
    const Examinee examinee_;
    const Folder folder_;
    const std::string unique_;
    const std::string options_;
    int others_ = 0;
    SystemClock clock_;
    SeededRandom random_;
    PluginHost host_;
    const LoadedPlugin plugin_;
    mutable ebra_store store_{};
    mutable ebra_provider provider_{};
};

using CaseBody = void (*)(Trial& trial);

/// Interfaces a plugin may offer.
enum class Interface { kAny, kStore, kProvider };

struct Case {
    std::string name;  ///< "store.claim.the_limit_is_kept": group, then a sentence.
    Interface needs = Interface::kAny;
    CaseBody body = nullptr;
    int timeout_s = 60;
};

/// The parts that make up the suite, one per file of cases.
struct Group {
    std::string name;
    Interface needs;
    std::vector<std::pair<const char*, CaseBody>> cases;
};

/// A case is named after its function.
#define EBRA_CASE(function) \
    { #function, function }

Group library_cases();
Group store_enqueue_cases();
Group store_read_cases();
Group store_claim_cases();
Group store_limit_cases();
Group store_phone_cases();
Group store_advance_cases();
Group store_gap_cases();
Group store_naming_cases();
Group store_evidence_cases();
Group store_kept_cases();
Group store_decision_cases();
Group store_order_cases();
Group store_reclaim_cases();
Group store_node_cases();
Group store_explain_cases();
Group store_history_cases();
Group store_retain_cases();
Group store_time_cases();
Group store_wait_cases();
Group store_thread_cases();
Group store_process_cases();
Group store_durable_cases();
Group store_model_cases();
Group provider_cases();
Group provider_webhook_cases();

/// All cases, in the order of the list above.
std::vector<Case> all_cases();

}  // namespace ebra::conformance
