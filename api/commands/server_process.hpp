/// @file
/// ServerProcess: one run of `ebra serve` from a sound config to the exit code: engine, HTTP server
/// and signals, started and stopped in order. Used once, on the main thread.
#pragma once

#include "commands/stop_signals.hpp"
#include "http/server.hpp"

#include "ebra/engine.hpp"

#include <memory>
#include <string>

namespace ebra::commands {

class ServerProcess {
 public:
    ServerProcess(Config config, Role role, OrphanPolicies orphans);

    /// Checks the plugins' options, starts, serves until a signal comes, stops in order. Says what
    /// fails on standard error. Returns the exit code.
    int run();

 private:
    Status start();
    Status listen();
    Status start_engine();
    void announce() const;
    void stop(int signal);

    const Config config_;
    const Role role_;
    const OrphanPolicies orphans_;
    StopSignals signals_;  // Before whatever starts threads.
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<HttpServer> server_;  // After the engine its handlers use.
    std::string public_url_;
};

}  // namespace ebra::commands
