#include "postgres_claimers.hpp"

#include "postgres_stage.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace ebra::load {

using postgres::test::end_calls;
using postgres::test::require_answer;
using postgres::test::Server;
using postgres::test::StoreFace;

namespace {

constexpr std::uint32_t kClaimed = 100;
constexpr std::int64_t kLeaseMs = 1'000'000'000;
// The net below a wait for a call that another process ends.
constexpr auto kLookAgain = std::chrono::milliseconds(2);

/// The claimers of one process, which share its store.
class Process {
 public:
    explicit Process(const std::string& options)
        : store_(options), node_(std::to_string(getpid())) {
        require_answer(store_);
        store_.renew(store_.now(), kLeaseMs, node_);
        require_answer(store_);
    }

    int run(int threads) {
        ended_ = 0;
        std::vector<std::thread> claimers;
        for (int i = 0; i < threads; ++i) claimers.emplace_back([this] { claim_all(); });
        for (std::thread& claimer : claimers) claimer.join();
        return ended_;
    }

 private:
    void claim_all() {
        for (;;) {
            const std::uint64_t token = (std::uint64_t(getpid()) << 32) + ++tokens_;
            const std::uint64_t before = turns_;
            const auto claim = store_.claim(store_.now(), kClaimed, token, {"sim"}, node_);
            if (claim.status != EBRA_OK) throw std::runtime_error(store_.message());
            if (!claim.calls.empty()) {
                end_calls(store_, claim.calls);
                ended_ += static_cast<int>(claim.calls.size());
                const std::lock_guard lock(mutex_);
                ++turns_;
                has_room_.notify_all();
            } else if (claim.report.stopped_by == EBRA_CLAIM_STOP_EMPTY) {
                return;
            } else {
                std::unique_lock lock(mutex_);
                has_room_.wait_for(lock, kLookAgain, [&] { return turns_ != before; });
            }
        }
    }

    StoreFace store_;
    const std::string node_;
    std::atomic<std::uint64_t> tokens_ = 0;
    std::atomic<int> ended_ = 0;
    std::mutex mutex_;
    std::condition_variable has_room_;
    std::atomic<std::uint64_t> turns_ = 0;  // Raised under mutex_.
};

void put_number(int into, int number) {
    if (write(into, &number, sizeof number) != sizeof number) {
        throw std::runtime_error("the other end of a claimer is gone");
    }
}

}  // namespace

Claimers::Claimers(const ClaimersPlan& plan) {
    for (int i = 0; i < plan.processes; ++i) {
        std::array<int, 2> words{}, answers{};
        if (pipe2(words.data(), O_CLOEXEC) != 0 || pipe2(answers.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("no descriptor is left for a claimer");
        }
        const std::string threads = std::to_string(plan.threads);
        const int pid = fork();
        if (pid == 0) {
            dup2(words[0], STDIN_FILENO);
            dup2(answers[1], STDOUT_FILENO);
            execl("/proc/self/exe", "bench_store_postgres", kClaimerWord, plan.server_file.c_str(),
                  plan.database.c_str(), plan.schema.c_str(), threads.c_str(), nullptr);
            _exit(127);
        }
        close(words[0]);
        close(answers[1]);
        children_.push_back({pid, words[1], answers[0]});
    }
    for (const Child& child : children_) answer_of(child);
}

Claimers::~Claimers() {
    for (const Child& child : children_) {
        close(child.words);
        close(child.answers);
        waitpid(child.pid, nullptr, 0);
    }
}

int Claimers::run() {
    for (const Child& child : children_) put_number(child.words, 1);
    int ended = 0;
    for (const Child& child : children_) ended += answer_of(child);
    return ended;
}

int Claimers::answer_of(const Child& child) const {
    int number = 0;
    if (read(child.answers, &number, sizeof number) != sizeof number) {
        throw std::runtime_error("a claimer ended early");
    }
    return number;
}

int claimer_main(const std::vector<std::string>& words) {
    Server server = Server::of_file(words.at(0));
    server.database = words.at(1);
    const int threads = std::stoi(words.at(3));
    Process process(server.options(words.at(2), R"(, "pool_size": )" + std::to_string(threads)));
    put_number(STDOUT_FILENO, 0);
    int word = 0;
    while (read(STDIN_FILENO, &word, sizeof word) == sizeof word) {
        put_number(STDOUT_FILENO, process.run(threads));
    }
    return 0;
}

}  // namespace ebra::load
