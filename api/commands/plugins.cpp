// ebra plugins: what loads from the plugin folders, and why the rest does not.
#include "ebra/plugins.hpp"

#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace ebra::commands {

namespace {

constexpr const char* kPluginsHelp =
    "Lists the plugins in the plugin folders: which load, their versions and what\n"
    "they offer, and for the others the rule they break.\n"
    "\n"
    "Usage: ebra plugins [OPTIONS]\n"
    "\n"
    "  -c, --config FILE  The config that names plugin_dirs; ./ebra.toml when not\n"
    "                     given, else the default folders\n"
    "  --json             As JSON, with path and sha256 for a pin in the config\n"
    "  -h, --help         This text\n"
    "\n"
    "Exit codes: 0 all load, 1 one or more are refused, 3 there are none.\n"
    "\n"
    "Example: ebra plugins --json\n";

struct PluginsOptions {
    std::string file;
    bool is_json = false;
};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

void show_json(const std::vector<PluginReport>& reports) {
    nlohmann::ordered_json plugins = nlohmann::ordered_json::array();
    for (const PluginReport& report : reports) {
        nlohmann::ordered_json one = {{"name", report.name}, {"loads", report.problem.empty()}};
        if (!report.problem.empty()) {
            one["problem"] = report.problem;
        } else {
            one["id"] = report.id;
            one["version"] = report.version;
            one["summary"] = report.summary;
            one["needsAbi"] = "1." + std::to_string(report.needs_minor);
            one["offers"] = report.offers;
            one["path"] = report.path;
            one["sha256"] = report.sha256;
        }
        plugins.push_back(std::move(one));
    }
    std::cout << nlohmann::ordered_json{{"plugins", plugins}}.dump(2) << "\n";
}

void show_text(const std::vector<PluginReport>& reports) {
    for (const PluginReport& report : reports) {
        if (!report.problem.empty()) continue;
        std::cout << report.name << " " << report.version << "\n  " << report.summary << "\n";
        for (const std::string& one : report.offers) std::cout << "  offers " << one << "\n";
    }
}

int run_plugins(const PluginsOptions& options) {
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    const std::vector<PluginReport> reports = report_plugins(*config);
    bool all_load = true;
    for (const PluginReport& report : reports) all_load = all_load && report.problem.empty();
    if (options.is_json) {
        show_json(reports);
    } else {
        show_text(reports);
        for (const PluginReport& report : reports) {
            if (!report.problem.empty()) say_error(report.problem);
        }
    }
    if (reports.empty()) {
        const auto dirs = config->plugin_dirs.empty() ? default_plugin_dirs() : config->plugin_dirs;
        say_error("there are no plugins in " +
                  (dirs.empty() ? std::string("any default folder") : joined(dirs)) +
                  "; set plugin_dirs in the config");
        return kNotFound;
    }
    return all_load ? kOk : kFailed;
}

}  // namespace

Command plugins_command() {
    return {"plugins", "List the plugins: what loads, and why others do not", kPluginsHelp,
            [](CLI::App& app) {
                const auto options = std::make_shared<PluginsOptions>();
                declare_config(app, options->file);
                app.add_flag("--json", options->is_json);
                return [options] { return run_plugins(*options); };
            }};
}

}  // namespace ebra::commands
