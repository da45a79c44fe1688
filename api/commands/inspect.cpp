// ebra inspect: one call with its attempts, its history, and why it is not running.
#include "commands/call_report.hpp"
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/store_access.hpp"

#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kInspectHelp =
    "Shows a call: where it stands, each attempt, its history, and why it is not\n"
    "running. Reads the store directly, also beside a running server.\n"
    "\n"
    "Usage: ebra inspect ID [OPTIONS]\n"
    "\n"
    "  ID                 A call's id, or a provider's id for it\n"
    "  --provider         ID is a provider's id; look for nothing else\n"
    "  --json             As JSON\n"
    "  -c, --config FILE  The config that names the store; ./ebra.toml when not\n"
    "                     given, else SQLite in ./ebra.db\n"
    "  -h, --help         This text\n"
    "\n"
    "Exit codes: 3 nothing has that id.\n"
    "\n"
    "Example: ebra inspect 0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11\n";

struct InspectOptions {
    std::string file;
    std::string id;
    bool is_provider_id = false;
    bool is_json = false;
};

Result<std::vector<Call>> find_calls(StoreAccess& store, const InspectOptions& options) {
    if (!options.is_provider_id) {
        Result<std::optional<Call>> call = store.get(options.id);
        if (!call) return std::move(call).error();
        if (call.value()) return std::vector<Call>{*std::move(call).value()};
    }
    Result<std::vector<Call>> calls = store.find_by_provider_id(options.id);
    if (!calls || !calls->empty()) return calls;
    return Error{ErrorCode::kNotFound,
                 std::string("no call and no provider's call has the id ") + options.id};
}

Result<CallReport> report_on(StoreAccess& store, const Call& call) {
    CallReport report{call, {}, {}};
    Result<Timeline> timeline = store.timeline(call.id);
    if (timeline) {
        report.timeline = std::move(timeline).value();
    } else if (timeline.error().code != ErrorCode::kUnsupported) {
        return std::move(timeline).error();
    }
    Result<std::vector<WhyNot>> reasons = store.explain(call.id);
    if (!reasons) return std::move(reasons).error();
    report.why_not_running = std::move(reasons).value();
    return report;
}

int run_inspect(const InspectOptions& options) {
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    const auto store = StoreAccess::open(*config);
    if (!store) return fail(store.error());
    const auto calls = find_calls(*store.value(), options);
    if (!calls) return fail(calls.error());
    std::vector<CallReport> reports;
    for (const Call& call : calls.value()) {
        auto report = report_on(*store.value(), call);
        if (!report) return fail(report.error());
        reports.push_back(std::move(report).value());
    }
    std::cout << (options.is_json ? json_of(reports) : text_of(reports));
    return kOk;
}

}  // namespace

Command inspect_command() {
    return {"inspect", "Show a call, its attempts and why it is not running", kInspectHelp,
            [](CLI::App& app) {
                const auto options = std::make_shared<InspectOptions>();
                declare_config(app, options->file);
                app.add_option("id", options->id)->required();
                app.add_flag("--provider", options->is_provider_id);
                app.add_flag("--json", options->is_json);
                return [options] { return run_inspect(*options); };
            }};
}

}  // namespace ebra::commands
