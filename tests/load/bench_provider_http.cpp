// What provider-http costs beside a bare libcurl multi loop, against a stub in a process of its
// own: starts a second over kept connections, and memory and threads with ten thousand starts in
// flight, plain and over TLS. Figures by pairs: run.py --figure provider_rate provider_memory.
#include "bare_curl.hpp"
#include "certificate.hpp"
#include "provider_face.hpp"
#include "provider_stub.hpp"

#include <array>
#include <benchmark/benchmark.h>
#include <csignal>
#include <fstream>
#include <functional>
#include <poll.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::BareCurl;
using ebra::test::Certificate;
using ebra::test::ProviderStub;

constexpr int kStarts = 20'000;
constexpr int kAtOnce = 64;
constexpr int kHandful = 16;
constexpr int kInFlight = 10'000;
/// Descriptors beside those of the connections.
constexpr rlim_t kOtherFiles = 100;
/// Counted from the last of all starts, so that the first is still in flight at the last: ten
/// thousand handshakes take longer than this.
constexpr std::int64_t kDelayMs = 5'000;
constexpr std::uint32_t kPatienceMs = 180'000;

/// Where the starts go, and whom to trust there.
struct Target {
    std::string url;
    std::string ca_file;

    nlohmann::json options() const {
        nlohmann::json made = {{"preset", "generic"},
                               {"base_url", url},
                               {"connections_max", kInFlight},
                               {"connect_timeout_ms", kPatienceMs}};
        if (!ca_file.empty()) made["ca_file"] = ca_file;
        return made;
    }
    std::string start_url() const { return url + "/api/v1/calls"; }
};

long status_kib(const std::string& key, const std::string& process = "self") {
    std::ifstream file("/proc/" + process + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(key, 0) == 0) return std::stol(line.substr(key.size() + 1));
    }
    return 0;
}

benchmark::Counter starts_per_second(const benchmark::State& state) {
    return {static_cast<double>(kStarts) * static_cast<double>(state.iterations()),
            benchmark::Counter::kIsRate};
}

/// The start rate of the plugin, `kAtOnce` under way.
void plugin_rate(benchmark::State& state, const Target& target) {
    for (auto round : state) {
        ProviderFace provider(target.options());
        provider.host().count_only();
        for (int started = 0; started < kStarts; ++started) {
            // In handfuls, as the engine claims.
            const auto least = static_cast<std::size_t>(std::max(0, started - kAtOnce + kHandful));
            if (started % kHandful == 0 && !provider.host().wait_for_count(least)) std::abort();
            if (provider.begin({}, static_cast<ebra_op>(started + 1)) != EBRA_OK) std::abort();
        }
        if (!provider.host().wait_for_count(kStarts)) std::abort();
    }
    state.counters["starts/s"] = starts_per_second(state);
}

void bare_rate(benchmark::State& state, const Target& target) {
    for (auto round : state) BareCurl(target.start_url(), target.ca_file).run(kStarts, kAtOnce);
    state.counters["starts/s"] = starts_per_second(state);
}

struct Footprint {
    double kib_per_call = 0;
    double threads = 0;
};

/// In a process of its own, so that no memory is used again that another measurement has freed.
Footprint in_own_process(const std::function<Footprint()>& measure) {
    std::array<int, 2> out{};
    if (pipe(out.data()) != 0) std::abort();
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const Footprint made = measure();
        _exit(write(out[1], &made, sizeof made) == sizeof made ? 0 : 1);
    }
    close(out[1]);
    Footprint made;
    const bool is_told = read(out[0], &made, sizeof made) == sizeof made;
    close(out[0]);
    waitpid(child, nullptr, 0);
    if (!is_told) std::abort();
    return made;
}

Footprint footprint_since(long before_kib, int calls) {
    return {static_cast<double>(status_kib("VmRSS:") - before_kib) / calls,
            static_cast<double>(status_kib("Threads:"))};
}

/// Starts that the stub has taken and not answered; then all their answers.
Footprint plugin_footprint(const Target& target, const std::function<int()>& arrived) {
    ProviderFace provider(target.options());
    const long before_kib = status_kib("VmRSS:");
    GivenCall call;
    call.timeout_ms = kPatienceMs;
    call.send_within_ms = kPatienceMs;
    for (int op = 1; op <= kInFlight; ++op) {
        if (provider.begin(call, static_cast<ebra_op>(op)) != EBRA_OK) std::abort();
    }
    while (arrived() < kInFlight) {
        if (provider.host().done() != 0) std::abort();  // They are not in flight all at once.
        poll(nullptr, 0, 10);
    }
    const Footprint made = footprint_since(before_kib, kInFlight);
    while (provider.host().done() < static_cast<std::size_t>(kInFlight)) poll(nullptr, 0, 10);
    for (int op = 1; op <= kInFlight; ++op) {
        const auto result = provider.host().wait_for(static_cast<ebra_op>(op));
        if (!result || result->answer != EBRA_START_PLACED) std::abort();
    }
    return made;
}

Footprint bare_footprint(const Target& target, const std::function<int()>& arrived) {
    BareCurl bare(target.start_url(), target.ca_file);
    const long before_kib = status_kib("VmRSS:");
    bare.pile_up(kInFlight, kAtOnce, arrived);
    return footprint_since(before_kib, kInFlight);
}

using Measure = Footprint (*)(const Target&, const std::function<int()>&);

void in_flight(benchmark::State& state, Measure measure, const Target& target,
               const ProviderStub& stub) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < kInFlight + kOtherFiles) {
        return state.SkipWithError("more descriptors are needed: ulimit -Hn 11000");
    }
    for (auto round : state) {
        const int before = stub.requests();
        const Footprint made = in_own_process(
            [&] { return measure(target, [&] { return stub.requests() - before; }); });
        state.counters["KiB/call"] = made.kib_per_call;
        state.counters["threads"] = made.threads;
        // The most it ever had: after the last start it may have answered already.
        state.counters["server KiB/call"] =
            static_cast<double>(status_kib("VmHWM:", std::to_string(stub.pid()))) / kInFlight;
    }
}

void add_rates(const std::string& suffix, const Target& target) {
    for (const auto& [name, rate] :
         {std::pair("plugin_rate", &plugin_rate), {"bare_rate", &bare_rate}}) {
        benchmark::RegisterBenchmark((name + suffix).c_str(), rate, target)
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime();
    }
}

void add_footprints(const std::string& suffix, const Target& target, const ProviderStub& stub) {
    for (const auto& [name, measure] :
         {std::pair("plugin_in_flight", &plugin_footprint), {"bare_in_flight", &bare_footprint}}) {
        benchmark::RegisterBenchmark((name + suffix).c_str(), in_flight, measure, target,
                                     std::ref(stub))
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime()
            ->Iterations(1);
    }
}

}  // namespace

int run(int argc, char** argv) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    const Certificate certificate;
    const ProviderStub::Pace late{kDelayMs, kInFlight};
    const ProviderStub instant({});
    const ProviderStub slow(late);
    const ProviderStub instant_tls({}, certificate.file(), certificate.key_file());
    const ProviderStub slow_tls(late, certificate.file(), certificate.key_file());
    benchmark::Initialize(&argc, argv);
    add_rates("", {instant.url(), ""});
    add_rates("_tls", {instant_tls.url(), certificate.file()});
    add_footprints("", {slow.url(), ""}, slow);
    add_footprints("_tls", {slow_tls.url(), certificate.file()}, slow_tls);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace ebra::provider_http::test

int main(int argc, char** argv) {
    return ebra::provider_http::test::run(argc, argv);
}
