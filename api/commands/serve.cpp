// ebra serve: the program's work.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/server_process.hpp"
#include "commands/terminal.hpp"

#include "ebra/process.hpp"

#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kHelp =
    "Takes calls over HTTP, dials them, and learns how they ended. Runs until\n"
    "SIGTERM or SIGINT, then stops in order; a second signal ends it at once, and\n"
    "every promise holds all the same.\n"
    "\n"
    "Usage: ebra serve [OPTIONS]\n"
    "\n"
    "  -c, --config FILE  The config; ./ebra.toml when not given. Without any, it\n"
    "                     runs on SQLite (./ebra.db) and a simulator that places\n"
    "                     no real calls\n"
    "  --role ROLE        all (the default), api (takes requests and callbacks,\n"
    "                     dials nothing) or worker (dials, does not listen)\n"
    "  --orphan-provider NAME=POLICY\n"
    "                     What to do with calls in flight at provider NAME, which\n"
    "                     is no longer in the config: keep (callbacks and\n"
    "                     stale_after settle them), retry or fail (the same, in\n"
    "                     place of on_unknown). May be repeated\n"
    "  -h, --help         This text\n"
    "\n"
    "Standard output says where it listens, standard error is the log.\n"
    "\n"
    "Example: ebra serve --config /etc/ebra/ebra.toml\n";

struct Options {
    std::string file;
    std::string role = "all";
    std::vector<std::string> orphans;
};

Role role_named(const std::string& name) {
    if (name == "api") return Role::kApi;
    return name == "worker" ? Role::kWorker : Role::kAll;
}

/// "NAME=POLICY" texts as policies, or what is wrong with one.
Result<OrphanPolicies> parse_orphans(const std::vector<std::string>& texts) {
    OrphanPolicies policies;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        const std::string policy = equals == std::string::npos ? "" : text.substr(equals + 1);
        if (equals == 0 || (policy != "keep" && policy != "retry" && policy != "fail")) {
            return Error{ErrorCode::kInvalidArgument,
                         "--orphan-provider expects NAME=keep, NAME=retry or NAME=fail, not \"" +
                             text + "\""};
        }
        policies[text.substr(0, equals)] = policy;
    }
    return policies;
}

int run(const Options& options) {
    const auto orphans = parse_orphans(options.orphans);
    if (!orphans) {
        say_error(orphans.error().message);
        return kUsage;
    }
    auto config = read_config(options.file);
    if (!config) return kFailed;
    prepare_process(config->log);
    ServerProcess server(*std::move(config), role_named(options.role), orphans.value());
    return server.run();
}

}  // namespace

Command serve_command() {
    return {
        "serve", "Take calls over HTTP and dial them", kHelp, [](CLI::App& app) {
            const auto options = std::make_shared<Options>();
            declare_config(app, options->file);
            app.add_option("--role", options->role)->check(CLI::IsMember({"all", "api", "worker"}));
            app.add_option("--orphan-provider", options->orphans)->take_all();
            return [options] { return run(*options); };
        }};
}

}  // namespace ebra::commands
