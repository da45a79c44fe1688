#include "suite.hpp"

#include <filesystem>
#include <unistd.h>

namespace ebra::conformance {

namespace {

/// `text` with every `name` replaced by `value`.
std::string replaced(std::string text, const std::string& name, const std::string& value) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
        text.replace(at, name.size(), value);
        at += value.size();
    }
    return text;
}

std::string make_unique() {
    SystemRandom random;
    std::string text = "ebra_" + std::to_string(getpid()) + "_";
    for (std::uint64_t bits = random.next(); bits != 0; bits /= 36) {
        text += "0123456789abcdefghijklmnopqrstuvwxyz"[bits % 36];
    }
    return text;
}

LoadedPlugin load(const std::string& path) {
    PluginRequest request;
    request.name_or_path = path;
    LoaderPolicy policy;
    policy.allowed_dirs = {std::filesystem::path(path).parent_path()};
    Result<LoadedPlugin> loaded = load_plugin(request, policy);
    if (!loaded) throw CaseFailure("the loader refuses it: " + loaded.error().message);
    return std::move(loaded).value();
}

using MakeGroup = Group (*)();
constexpr MakeGroup kGroups[] = {
    library_cases,         store_enqueue_cases, store_read_cases,     store_claim_cases,
    store_limit_cases,     store_phone_cases,   store_gap_cases,      store_naming_cases,
    store_evidence_cases,  store_kept_cases,    store_decision_cases, store_order_cases,
    store_reclaim_cases,   store_node_cases,    store_explain_cases,  store_history_cases,
    store_retain_cases,    store_time_cases,    store_wait_cases,     store_thread_cases,
    store_process_cases,   store_durable_cases, store_model_cases,    provider_cases,
    provider_webhook_cases};

}  // namespace

std::string fill_in(const std::string& options_template, const std::string& folder,
                    const std::string& unique) {
    return replaced(replaced(options_template, "${TMP}", folder), "${UNIQUE}", unique);
}

Trial::Trial(const Examinee& examinee)
    : examinee_(examinee),
      unique_(make_unique()),
      options_(fill_in(examinee.options_template, folder_.path(), unique_)),
      random_(examinee.seed),
      host_("conformance", clock_, random_, nullptr),
      plugin_(load(examinee.plugin_path)) {}

std::string Trial::other_options() {
    const std::string number = std::to_string(++others_);
    const std::string folder = folder_.file("other-" + number);
    std::filesystem::create_directory(folder);
    return fill_in(examinee_.options_template, folder, unique_ + "_" + number);
}

const ebra_store& Trial::store() const {
    const Result<ebra_store> table =
        check_store_table(plugin().id, extension<ebra_store>(EBRA_STORE_ID));
    if (!table) throw CaseFailure(table.error().message);
    store_ = table.value();
    return store_;
}

const ebra_provider& Trial::provider() const {
    const Result<ebra_provider> table =
        check_provider_table(plugin().id, extension<ebra_provider>(EBRA_PROVIDER_ID));
    if (!table) throw CaseFailure(table.error().message);
    provider_ = table.value();
    return provider_;
}

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (const MakeGroup make : kGroups) {
        const Group group = make();
        for (const auto& [name, body] : group.cases) {
            cases.push_back({group.name + "." + name, group.needs, body});
        }
    }
    return cases;
}

}  // namespace ebra::conformance
