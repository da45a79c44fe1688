#include "provider_stub.hpp"

#include "http_service.hpp"

#include <array>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::test {

ProviderStub::ProviderStub(Pace pace, const std::string& certificate, const std::string& key) {
    void* const shared =
        mmap(nullptr, sizeof *requests_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    std::array<int, 2> out{};
    if (shared == MAP_FAILED || pipe(out.data()) != 0) throw std::runtime_error("no memory");
    requests_ = new (shared) std::atomic<int>(0);
    pid_ = fork();
    if (pid_ == 0) serve(pace, certificate, key, out[1]);
    close(out[1]);
    char letter = 0;
    while (read(out[0], &letter, 1) == 1 && letter != '\n') url_ += letter;
    close(out[0]);
    if (url_.empty()) throw std::runtime_error("the stub does not start");
}

ProviderStub::~ProviderStub() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    munmap(requests_, sizeof *requests_);
}

void ProviderStub::serve(Pace pace, const std::string& certificate, const std::string& key,
                         int out) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to whoever has gone.
    std::optional<TlsServer> tls;
    if (!certificate.empty()) tls.emplace(certificate, key);
    const HttpService service(
        [this, pace](const ServedRequest&) {
            const auto requests = static_cast<std::uint64_t>(++*requests_);
            ServedReply reply;
            reply.status = 202;
            reply.body = R"({"callId":"abc"})";
            reply.delay_ms = pace.delay_ms;
            reply.after_requests = (requests + pace.at_once - 1) / pace.at_once * pace.at_once;
            return reply;
        },
        0, tls ? &*tls : nullptr);
    const std::string line = service.url() + "\n";
    if (write(out, line.data(), line.size()) < 0) std::abort();
    for (;;) pause();
}

}  // namespace ebra::test
