// ebra-conformance PLUGIN.so --options JSON: runs the suite on one plugin.
#include "log.hpp"
#include "report.hpp"
#include "runner.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <regex.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::conformance {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitAllSkipped = 77;
constexpr int kTimeoutSecondsMax = 3'600;

struct Arguments {
    std::string plugin;
    std::string options = "{}";
    std::string webhook;
    std::string only;
    std::uint64_t seed = 0;
    int timeout_s = 0;
    bool is_json = false;
    bool is_in_process = false;
    bool lists = false;
};

void describe(CLI::App& app, Arguments& into) {
    app.add_option("plugin", into.plugin, "The plugin's .so file")->required();
    app.add_option("--options", into.options,
                   "Its options, JSON; ${TMP} is a fresh folder, ${UNIQUE} a fresh identifier");
    app.add_option("--webhook", into.webhook,
                   "An authentic webhook for a provider, JSON: {\"method\", \"url\", \"headers\": "
                   "[[name, value]], \"body\"}");
    app.add_option("--only", into.only, "Regular expression: only cases whose name has a match");
    app.add_option("--seed", into.seed, "Replays a run; by default a new one is drawn");
    app.add_option("--timeout", into.timeout_s, "Seconds a case may take, instead of its own limit")
        ->check(CLI::Range(1, kTimeoutSecondsMax));
    app.add_flag("--json", into.is_json, "One JSON object per case and one at the end");
    app.add_flag("--in-process", into.is_in_process, "No child per case: for debuggers");
    app.add_flag("--list", into.lists, "Names of the cases, without running any");
}

/// The interfaces the plugin offers, found out in a child: this process never loads it. Nothing
/// when it cannot be loaded; the child has said why.
std::optional<unsigned> probe(const Examinee& examinee) {
    const pid_t child = fork();
    if (child == 0) {
        try {
            const Trial trial(examinee);
            const bool is_store = trial.plugin().get_interface(EBRA_STORE_ID) != nullptr;
            const bool is_provider = trial.plugin().get_interface(EBRA_PROVIDER_ID) != nullptr;
            _exit((is_store ? 1 : 0) | (is_provider ? 2 : 0));
        } catch (const std::exception& thrown) {
            std::fprintf(stderr, "ebra-conformance: %s\n", thrown.what());
            _exit(kExitUsage + 128);
        }
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return std::nullopt;
    if (!WIFEXITED(status)) {
        std::fprintf(stderr, "ebra-conformance: loading it ends the process\n");
        return std::nullopt;
    }
    if (WEXITSTATUS(status) > 3) return std::nullopt;
    return static_cast<unsigned>(WEXITSTATUS(status));
}

/// A POSIX extended regular expression. (std::regex draws false warnings under gcc 12's
/// sanitizers.)
class Pattern {
 public:
    explicit Pattern(const std::string& text)
        : code_(regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB)) {}
    ~Pattern() {
        if (is_sound()) regfree(&compiled_);
    }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    bool is_sound() const { return code_ == 0; }
    bool matches(const std::string& name) const {
        return regexec(&compiled_, name.c_str(), 0, nullptr, 0) == 0;
    }

 private:
    regex_t compiled_{};
    const int code_;
};

bool is_meant(const Case& one, unsigned offered, const Pattern& only) {
    if (one.needs == Interface::kStore && (offered & 1u) == 0) return false;
    if (one.needs == Interface::kProvider && (offered & 2u) == 0) return false;
    return only.matches(one.name);
}

int run(const Arguments& arguments, const Examinee& examinee, const std::vector<Case>& cases,
        const std::string& program) {
    Report report(arguments.is_json, examinee, program);
    for (Case one : cases) {
        if (arguments.timeout_s > 0) one.timeout_s = arguments.timeout_s;
        report.add(one,
                   arguments.is_in_process ? run_here(one, examinee) : run_in_child(one, examinee));
    }
    report.end();
    if (report.has_failures()) return kExitFailed;
    return report.has_only_skipped() ? kExitAllSkipped : 0;
}

int start(const Arguments& arguments, const std::string& program) {
    const Pattern only(arguments.only);
    if (!only.is_sound()) {
        std::fprintf(stderr, "ebra-conformance: --only %s is no regular expression\n",
                     arguments.only.c_str());
        return kExitUsage;
    }
    Examinee examinee;
    examinee.plugin_path = std::filesystem::absolute(arguments.plugin).string();
    examinee.options_template = arguments.options;
    examinee.webhook_sample = arguments.webhook;
    examinee.seed = arguments.seed != 0 ? arguments.seed : std::random_device()();
    const std::optional<unsigned> offered = probe(examinee);
    if (!offered) return kExitUsage;
    std::vector<Case> cases;
    for (const Case& one : all_cases()) {
        if (is_meant(one, *offered, only)) cases.push_back(one);
    }
    if (cases.empty()) {
        std::fprintf(stderr, "ebra-conformance: no case matches --only %s; see --list\n",
                     arguments.only.c_str());
        return kExitUsage;
    }
    if (!arguments.lists) return run(arguments, examinee, cases, program);
    for (const Case& one : cases) std::printf("%s\n", one.name.c_str());
    return 0;
}

}  // namespace
}  // namespace ebra::conformance

int main(int count, char** words) {
    using namespace ebra::conformance;
    CLI::App app("Examines an Ebra plugin: the executable half of the plugin ABI's specification.");
    Arguments arguments;
    describe(app, arguments);
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitUsage;
    }
    ebra::log::configure(ebra::log::Level::kError, ebra::log::Format::kText);
    return start(arguments, words[0]);
}
