#include "ebra/process.hpp"

#include "log.hpp"

#include "plugin/breadcrumb.hpp"

#include <csignal>

namespace ebra {

namespace {

log::Level level_named(std::string_view name) {
    if (name == "debug") return log::Level::kDebug;
    if (name == "warn") return log::Level::kWarn;
    if (name == "error") return log::Level::kError;
    return log::Level::kInfo;
}

}  // namespace

void prepare_process(const LogConfig& log) {
    log::configure(level_named(log.level),
                   log.format == "json" ? log::Format::kJson : log::Format::kText);
    install_crash_handler();
    (void)std::signal(SIGPIPE, SIG_IGN);
}

void log_info(std::string_view event, std::string_view name, std::string_view value) {
    log::info(event, {{name, value}});
}

void log_error(std::string_view event, std::string_view name, std::string_view value) {
    log::error(event, {{name, value}});
}

}  // namespace ebra
