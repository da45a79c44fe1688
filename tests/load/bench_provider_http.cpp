// What provider-http costs beside a bare libcurl multi loop, against a stub in a process of its
// own: starts a second over kept connections, and memory and threads with thousands of starts in
// flight.
#include "http_service.hpp"
#include "provider_face.hpp"

#include <benchmark/benchmark.h>
#include <chrono>
#include <csignal>
#include <curl/curl.h>
#include <fstream>
#include <poll.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace ebra::provider_http::test {
namespace {

constexpr int kStarts = 20'000;
constexpr int kAtOnce = 64;
constexpr int kHandful = 16;
constexpr int kInFlight = 10'000;
constexpr std::int64_t kDelayMs = 5'000;

/// A stub provider in a child process, forked before this one has threads.
class Stub {
 public:
    explicit Stub(std::int64_t delay_ms) {
        int out[2];
        if (pipe(out) != 0) std::abort();
        pid_ = fork();
        if (pid_ == 0) serve(delay_ms, out[1]);
        char port[16] = {};
        if (read(out[0], port, sizeof port - 1) <= 0) std::abort();
        url_ = std::string("http://127.0.0.1:") + port;
    }
    ~Stub() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Stub(const Stub&) = delete;
    Stub& operator=(const Stub&) = delete;
    const std::string& url() const { return url_; }

 private:
    [[noreturn]] static void serve(std::int64_t delay_ms, int out) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const ebra::test::HttpService service([delay_ms](const ebra::test::ServedRequest&) {
            ebra::test::ServedReply reply;
            reply.status = 202;
            reply.body = R"({"callId":"abc"})";
            reply.delay_ms = delay_ms;
            return reply;
        });
        const std::string port = std::to_string(service.port());
        if (write(out, port.data(), port.size()) < 0) std::abort();
        for (;;) pause();
    }

    pid_t pid_ = -1;
    std::string url_;
};

long status_kib(const std::string& key) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(key, 0) == 0) return std::stol(line.substr(key.size() + 1));
    }
    return 0;
}

/// The start rate of the plugin, `kAtOnce` under way.
void plugin_rate(benchmark::State& state, const Stub& stub) {
    for (auto round : state) {
        ProviderFace provider({{"preset", "generic"}, {"base_url", stub.url()}});
        for (int started = 0; started < kStarts; ++started) {
            // In handfuls, as the engine claims.
            const auto least = static_cast<std::size_t>(std::max(0, started - kAtOnce + kHandful));
            if (started % kHandful == 0 && !provider.host().wait_for_count(least)) std::abort();
            if (provider.begin({}, static_cast<ebra_op>(started + 1)) != EBRA_OK) std::abort();
        }
        if (!provider.host().wait_for_count(kStarts)) std::abort();
    }
    state.counters["starts/s"] =
        benchmark::Counter(static_cast<double>(kStarts) * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate);
}

std::size_t swallow(char*, std::size_t one, std::size_t size, void*) {
    return one * size;
}

CURL* bare_request(const Stub& stub, curl_slist* headers, const std::string& body) {
    CURL* easy = curl_easy_init();
    const std::string url = stub.url() + "/api/v1/calls";
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &swallow);
    return easy;
}

/// The same with nothing but libcurl: one thread, curl_multi_poll, handles used again.
void bare_rate(benchmark::State& state, const Stub& stub) {
    const std::string body(250, ' ');
    for (auto round : state) {
        CURLM* multi = curl_multi_init();
        curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
        int started = 0;
        int done = 0;
        std::vector<CURL*> handles;
        for (; started < kAtOnce; ++started) {
            handles.push_back(bare_request(stub, headers, body));
            curl_multi_add_handle(multi, handles.back());
        }
        while (done < kStarts) {
            int running = 0;
            int left = 0;
            curl_multi_perform(multi, &running);
            while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
                CURL* easy = message->easy_handle;
                curl_multi_remove_handle(multi, easy);
                ++done;
                if (started < kStarts) {
                    ++started;
                    curl_multi_add_handle(multi, easy);
                }
            }
            if (done < kStarts) curl_multi_poll(multi, nullptr, 0, 100, nullptr);
        }
        for (CURL* easy : handles) curl_easy_cleanup(easy);
        curl_multi_cleanup(multi);
        curl_slist_free_all(headers);
    }
    state.counters["starts/s"] =
        benchmark::Counter(static_cast<double>(kStarts) * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate);
}

/// Memory and threads with `kInFlight` starts that wait for their answers.
void in_flight(benchmark::State& state, const Stub& slow) {
    for (auto round : state) {
        ProviderFace provider({{"preset", "generic"}, {"base_url", slow.url()}});
        const long before_kib = status_kib("VmRSS:");
        GivenCall call;
        call.timeout_ms = 60'000;
        call.send_within_ms = 60'000;
        for (int op = 1; op <= kInFlight; ++op) {
            if (provider.begin(call, static_cast<ebra_op>(op)) != EBRA_OK) std::abort();
        }
        long most_kib = 0;
        while (provider.host().done() == 0) {
            most_kib = std::max(most_kib, status_kib("VmRSS:"));
            poll(nullptr, 0, 10);
        }
        state.counters["threads"] = static_cast<double>(status_kib("Threads:"));
        if (!provider.host().wait_for_count(kInFlight)) std::abort();
        state.counters["KiB/call"] =
            static_cast<double>(most_kib - before_kib) / static_cast<double>(kInFlight);
    }
}

}  // namespace

int run(int argc, char** argv) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    const Stub stub(0);
    const Stub slow(kDelayMs);
    benchmark::Initialize(&argc, argv);
    const auto ms = benchmark::kMillisecond;
    benchmark::RegisterBenchmark("plugin_rate", plugin_rate, std::ref(stub))
        ->Unit(ms)
        ->UseRealTime();
    benchmark::RegisterBenchmark("bare_rate", bare_rate, std::ref(stub))->Unit(ms)->UseRealTime();
    benchmark::RegisterBenchmark("in_flight", in_flight, std::ref(slow))
        ->Unit(ms)
        ->UseRealTime()
        ->Iterations(1);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace ebra::provider_http::test

int main(int argc, char** argv) {
    return ebra::provider_http::test::run(argc, argv);
}
