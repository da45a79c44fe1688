/// @file
/// Breadcrumbs: which plugin function this thread is in, so that a crash names the plugin to blame.
/// One Breadcrumb stands on the stack around each call into a plugin; leaving one costs two stores.
/// The crash handler prints the crashing thread's breadcrumb; it contains nothing and saves
/// nothing.
#pragma once

#include <string>

namespace ebra {

class Breadcrumb {
 public:
    /// From now until the end of this object the thread is in `function` of `plugin`. Both must
    /// outlive it. Breadcrumbs nest; the innermost counts. Does not block, does not allocate.
    Breadcrumb(const char* plugin, const char* function) noexcept;
    ~Breadcrumb();

    Breadcrumb(const Breadcrumb&) = delete;
    Breadcrumb& operator=(const Breadcrumb&) = delete;

    /// This thread's innermost breadcrumb as "plugin.function"; empty when it is in no plugin.
    static std::string current();

    const char* plugin() const { return plugin_; }
    const char* function() const { return function_; }

 private:
    const char* const plugin_;
    const char* const function_;
    const Breadcrumb* const outer_;
};

/// Makes SIGSEGV, SIGBUS, SIGABRT, SIGFPE and SIGILL write one line to standard error, such as
/// "crashed in plugin provider-http.webhook (SIGSEGV)", and then take the course they had before,
/// by default the end of the process with a core dump. Call it once, before threads start. A thread
/// that overflows its stack dies without the line.
void install_crash_handler();

}  // namespace ebra
