#include "store_face.hpp"

#include <chrono>

namespace ebra::sqlite::test {

namespace {

Host& host_of(const ebra_host* table) {
    return *static_cast<Host*>(table->impl);
}

const ebra_store& store_table() {
    return *static_cast<const ebra_store*>(ebra_plugin_v1()->get_interface(EBRA_STORE_ID));
}

}  // namespace

Host::Host(bool uses_machine_clock) : table_(plugin::sized<ebra_host>()) {
    table_.impl = this;
    table_.log = [](const ebra_host*, std::int32_t, ebra_str) {};
    if (uses_machine_clock) {
        table_.now_ms = [](const ebra_host*) { return kStart; };
        table_.monotonic_ns = [](const ebra_host*) -> std::uint64_t {
            const auto since = std::chrono::steady_clock::now().time_since_epoch();
            return static_cast<std::uint64_t>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
        };
        return;
    }
    table_.now_ms = [](const ebra_host* host) { return ebra_time_ms{host_of(host).wall_ms}; };
    table_.monotonic_ns = [](const ebra_host* host) {
        return static_cast<std::uint64_t>(host_of(host).monotonic_ns.load());
    };
}

StoreFace::StoreFace(const Host& host, const std::string& path, const std::string& more_options)
    : conformance::StoreFace(*ebra_plugin_v1(), store_table(), host.table(),
                             R"({"path": ")" + path + "\"" + more_options + "}") {}

}  // namespace ebra::sqlite::test
