#include "plugin/host.hpp"

#include "log.hpp"

#include <exception>
#include <string_view>
#include <utility>

namespace ebra {

namespace {

log::Level to_level(std::int32_t level) {
    if (level <= EBRA_LOG_DEBUG) return log::Level::kDebug;
    if (level == EBRA_LOG_INFO) return log::Level::kInfo;
    if (level == EBRA_LOG_WARN) return log::Level::kWarn;
    return log::Level::kError;
}

/// At most `bytes_max` bytes of `text`, without half a UTF-8 character at the end.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

}  // namespace

PluginHost::PluginHost(std::string name, const Clock& clock, Random& random,
                       OperationSink* operations)
    : name_(std::move(name)),
      clock_(clock),
      random_(random),
      operations_(operations),
      table_{
          .struct_size = sizeof(ebra_host),
          .abi_minor = EBRA_ABI_MINOR,
          .impl = this,
          .log = log,
          .now_ms = now_ms,
          .monotonic_ns = monotonic_ns,
          .random_u64 = random_u64,
          .op_done = op_done,
          .get_interface = get_interface,
      } {}

const PluginHost& PluginHost::of(const ebra_host* host) {
    return *static_cast<const PluginHost*>(host->impl);
}

void PluginHost::log(const ebra_host* host, std::int32_t level, ebra_str message) {
    const std::string_view text(message.data, message.size);
    try {
        const log::Level at = to_level(level);
        if (!log::enabled(at)) return;
        log::write(at, "plugin_said",
                   {{"plugin", of(host).name_}, {"message", cut(text, kPluginLogBytesMax)}});
    } catch (const std::exception&) {
        // Out of memory while writing a line: the line is lost, because nothing may be thrown
        // through the plugin's C frames and there is no log to report it to.
    }
}

ebra_time_ms PluginHost::now_ms(const ebra_host* host) {
    return of(host).clock_.wall_ms();
}

std::uint64_t PluginHost::monotonic_ns(const ebra_host* host) {
    return of(host).clock_.monotonic_ns();
}

std::uint64_t PluginHost::random_u64(const ebra_host* host) {
    return of(host).random_.next();
}

ebra_status PluginHost::op_done(const ebra_host* host, ebra_op op, const ebra_op_result* result) {
    OperationSink* operations = of(host).operations_;
    if (result == nullptr) return EBRA_INVALID_ARGUMENT;
    if (operations == nullptr) return EBRA_NOT_FOUND;
    return operations->op_done(op, *result);
}

const void* PluginHost::get_interface(const ebra_host*, const char*) {
    return nullptr;
}

}  // namespace ebra
