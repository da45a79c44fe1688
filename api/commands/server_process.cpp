#include "commands/server_process.hpp"

#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/local_url.hpp"
#include "commands/terminal.hpp"
#include "routes.hpp"

#include "ebra/plugins.hpp"
#include "ebra/process.hpp"

#include <csignal>
#include <iostream>

namespace ebra::commands {

namespace {

/// Answers take a commit; a client that takes longer to read its own has left.
constexpr std::chrono::milliseconds kAnswerGrace{5'000};
/// For the last steps to be committed, once nothing is under way.
constexpr std::int64_t kLastCommitsMs = 10'000;

HttpServerOptions server_options(const HttpConfig& http) {
    HttpServerOptions options;
    options.address = http.listen;
    options.workers = static_cast<std::size_t>(http.threads);
    options.limits.connections_max = static_cast<std::size_t>(http.connections_max);
    options.limits.message.body_bytes_max = static_cast<std::size_t>(http.body_bytes_max);
    return options;
}

}  // namespace

ServerProcess::ServerProcess(Config config, Role role, OrphanPolicies orphans)
    : config_(std::move(config)), role_(role), orphans_(std::move(orphans)) {}

int ServerProcess::run() {
    const std::vector<ConfigProblem> problems = check_plugins(config_);
    if (!problems.empty()) {
        say_problems(problems);
        return kFailed;
    }
    const Status started = start();
    if (!started) return fail(started.error());
    announce();
    stop(signals_.wait());
    return kOk;
}

/// The port is bound first, so that a taken one is found before the store is touched by the node,
/// and served last, so that no request meets an engine that is not there yet.
Status ServerProcess::start() {
    auto engine = Engine::open(config_, role_, orphans_);
    if (!engine) return std::move(engine).error();
    engine_ = std::move(engine).value();
    const Status bound = listen();
    if (!bound) return bound;
    const Status started = start_engine();
    if (!started || !server_) return started;
    ApiSettings settings;
    settings.http = config_.http;
    settings.public_url = public_url_;
    settings.http_stats = [&server = *server_] { return server.stats(); };
    settings.on_failure = [](std::string_view what) { log_error("handler_failed", "what", what); };
    server_->use(make_routes(*engine_, std::move(settings)));
    return server_->start();
}

Status ServerProcess::listen() {
    if (role_ == Role::kWorker) return Done{};
    server_ = std::make_unique<HttpServer>(server_options(config_.http), Router());
    return server_->bind();
}

Status ServerProcess::start_engine() {
    public_url_ = config_.http.public_url;
    if (public_url_.empty()) {
        const std::uint16_t port = server_ ? server_->port() : port_of(config_.http.listen);
        if (port == 0) {
            return Error{ErrorCode::kInvalidArgument,
                         "a worker does not listen, so it cannot know where providers call back; "
                         "set http.public_url or PUBLIC_BASE_URL to the address of the api nodes"};
        }
        public_url_ = local_url(config_.http.listen, port);
    }
    return engine_->start(public_url_);
}

void ServerProcess::announce() const {
    std::cout << describe_source(config_) << "\n";
    for (const std::string& line : engine_->describe()) std::cout << line << "\n";
    std::cout << "ebra " << EBRA_VERSION;
    if (server_) {
        std::cout << " listening on " << listening_url(config_.http.listen, server_->port());
    } else {
        std::cout << " working, not listening; callbacks go to " << public_url_;
    }
    std::cout << std::endl;
}

void ServerProcess::stop(int signal) {
    log_info("server_stopping", "signal", signal == SIGTERM ? "SIGTERM" : "SIGINT");
    engine_->drain(config_.engine.stop_deadline_ms);
    if (server_ && !server_->stop(kAnswerGrace)) {
        log_info("answers_dropped", "reason", "clients did not take them in time");
    }
    engine_->stop(kLastCommitsMs);
    log_info("server_stopped", "signal", signal == SIGTERM ? "SIGTERM" : "SIGINT");
}

}  // namespace ebra::commands
