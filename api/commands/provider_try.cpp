// ebra provider try: the request that a provider would be sent for a call, without a phone ringing.
#include "call_request.hpp"
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/local_url.hpp"
#include "commands/terminal.hpp"
#include "json_text.hpp"
#include "json_writer.hpp"

#include "ebra/provider_preview.hpp"

#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kProviderTryHelp =
    "Shows the exact HTTP request that a provider would be sent for a call: method\n"
    "and URL, headers, body. Sends nothing and opens no store. Secrets are masked;\n"
    "what you wrote into the provider's \"body\" option is shown as it is. The call's\n"
    "id, and with it the seal in its callback URL, is made up. Host, Accept and\n"
    "Content-Length are not shown.\n"
    "\n"
    "Usage: ebra provider try NAME --to NUMBER --dry-run [OPTIONS]\n"
    "\n"
    "  NAME               A provider of the config\n"
    "  --to NUMBER        The number to dial, as in POST /calls\n"
    "  --script ID        The call's scriptId; \"example\" when not given\n"
    "  --metadata JSON    The call's metadata, an object; {} when not given\n"
    "  --dry-run          Required: there is no other kind of try\n"
    "  -c, --config FILE  The config that names the provider; ./ebra.toml when not\n"
    "                     given\n"
    "  -h, --help         This text\n"
    "\n"
    "Exit codes: 3 the config has no such provider.\n"
    "\n"
    "Example: ebra provider try main --to +15551234567 --dry-run\n";

struct ProviderTryOptions {
    std::string file;
    std::string action;
    std::string name;
    std::string to;
    std::string script_id = "example";
    std::string metadata_json = "{}";
    bool is_dry_run = false;
};

int refuse(const std::string& message) {
    say_error(message);
    std::cerr << "Help: ebra provider --help\n";
    return kUsage;
}

/// The call as POST /calls would take it: the same rules, the same number.
std::variant<CallRequest, Problem> read_call(const ProviderTryOptions& options,
                                             const HttpConfig& http) {
    // By itself first: text that closes the object early would otherwise add fields of its own.
    if (!read_json_object(options.metadata_json)) {
        return problems::bad_request("--metadata must be a JSON object, like {\"customer\": 42}");
    }
    JsonWriter body;
    body.begin_object().name("to").text(options.to).name("scriptId").text(options.script_id);
    body.name("metadata").raw(options.metadata_json).end_object();
    HttpRequest request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.take();
    const PhoneNumbers phones(phone_check_named(http.phone_check), http.phone_region);
    return read_call_request(request, {phones, static_cast<std::size_t>(http.metadata_bytes_max)});
}

/// The option that became this field of the body.
std::string option_for(const std::string& pointer) {
    return pointer == "#/scriptId" ? "--script" : "--" + pointer.substr(pointer.rfind('/') + 1);
}

int say_problem(const Problem& problem) {
    if (problem.errors.empty()) say_error(problem.detail);
    for (const ProblemField& field : problem.errors) {
        say_error(option_for(field.pointer) + " " + field.detail);
    }
    return kUsage;
}

int run_provider_try(const ProviderTryOptions& options) {
    if (options.action != "try") {
        return refuse("ebra provider can \"try\", and not \"" + options.action + "\"");
    }
    // Before anything else: who forgets the option must not be a moment away from dialing.
    if (!options.is_dry_run) {
        return refuse("only --dry-run exists: this command never dials; add it to see the request");
    }
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    const auto call = read_call(options, config->http);
    if (const auto* problem = std::get_if<Problem>(&call)) return say_problem(*problem);
    const HttpConfig& http = config->http;
    const std::string public_url =
        http.public_url.empty() ? local_url(http.listen, port_of(http.listen)) : http.public_url;
    const auto text = preview_start(*config, options.name, std::get<CallRequest>(call), public_url);
    if (!text) return fail(text.error());
    std::cout << text.value() << "\n";
    std::cerr << "nothing was sent\n";
    return kOk;
}

}  // namespace

Command provider_command() {
    return {"provider", "Show what a provider would be sent for a call", kProviderTryHelp,
            [](CLI::App& app) {
                const auto options = std::make_shared<ProviderTryOptions>();
                declare_config(app, options->file);
                app.add_option("action", options->action)->required();
                app.add_option("name", options->name)->required();
                app.add_option("--to", options->to)->required();
                app.add_option("--script", options->script_id);
                app.add_option("--metadata", options->metadata_json);
                app.add_flag("--dry-run", options->is_dry_run);
                return [options] { return run_provider_try(*options); };
            }};
}

}  // namespace ebra::commands
