/// @file
/// PluginHost: what one plugin instance gets from this program: the `ebra_host` table and the state
/// behind it. Owned by the engine beside the instance; must outlive the plugin's `destroy`. Every
/// function of the table may be called from any thread at once, none blocks on another part of the
/// engine, and none calls back into the plugin.
#pragma once

#include "clock.hpp"
#include "random.hpp"

#include "ebra/abi/ebra.h"

#include <cstddef>
#include <string>

namespace ebra {

/// Where a plugin's completions go.
class OperationSink {
 public:
    virtual ~OperationSink() = default;

    /// Takes the end of operation `op`; `result` is valid until this returns. Any thread, does not
    /// block. EBRA_OK, EBRA_STALE, EBRA_NOT_FOUND: see `ebra_host.op_done`.
    virtual ebra_status op_done(ebra_op op, const ebra_op_result& result) noexcept = 0;
};

/// Longer log messages of a plugin are cut to this, at the start of a character.
inline constexpr std::size_t kPluginLogBytesMax = 4096;

class PluginHost {
 public:
    /// `name` marks the instance's log lines. `operations` is NULL for a plugin that is given no
    /// operations, a store. All references must outlive this.
    PluginHost(std::string name, const Clock& clock, Random& random, OperationSink* operations);

    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;

    /// The table to give to `create`. Lives as long as this.
    const ebra_host* table() const { return &table_; }

 private:
    static const PluginHost& of(const ebra_host* host);
    static void log(const ebra_host* host, std::int32_t level, ebra_str message);
    static ebra_time_ms now_ms(const ebra_host* host);
    static std::uint64_t monotonic_ns(const ebra_host* host);
    static std::uint64_t random_u64(const ebra_host* host);
    static ebra_status op_done(const ebra_host* host, ebra_op op, const ebra_op_result* result);
    static const void* get_interface(const ebra_host* host, const char* id);

    const std::string name_;
    const Clock& clock_;
    Random& random_;
    OperationSink* const operations_;
    const ebra_host table_;
};

}  // namespace ebra
