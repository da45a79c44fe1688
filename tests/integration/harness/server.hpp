/// @file
/// Server: `ebra serve` under test, with a folder of its own for config, database and ledger, on a
/// free port. It can be killed and started again on the same folder.
#pragma once

#include "child.hpp"
#include "http_client.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ebra::integration {

/// A folder that is removed at the end, unless the test has failed.
class TemporaryFolder {
 public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

class Server {
 public:
    struct Options {
        std::string engine{};     ///< Lines for [engine].
        std::string http{};       ///< Lines for [http]; `listen` has port 0 at the first start.
        std::string simulator{};  ///< Fields for the simulator's options table, "a = 1, b = 2".
        std::string provider{};   ///< Lines for [[provider]].
        std::string role = "all";
        std::string binary = EBRA_BINARY;
        std::vector<std::string> environment{};
    };

    Server(const std::filesystem::path& folder, Options options);

    /// Starts the process and waits until it listens. Fails the test when it does not. The port
    /// stays the same over restarts, so that callbacks under way find it again.
    void start();

    /// Starts at the address of a server that is gone.
    void restart_at(const std::string& url);

    /// kill -9, and waits until it is gone.
    void kill_hard();

    /// SIGTERM; the exit code.
    int stop();

    Child& child() { return *child_; }
    const std::string& url() const { return url_; }
    HttpClient client() const { return HttpClient(url_); }
    std::filesystem::path ledger() const { return folder_ / "ledger.jsonl"; }
    std::filesystem::path config() const { return folder_ / "ebra.toml"; }

    /// GET /metrics as JSON.
    nlohmann::json counts() const;

    /// Waits until no call is PENDING or IN_PROGRESS; false after `patience`.
    bool wait_until_all_ended(std::chrono::milliseconds patience) const;

 private:
    void write_config(const std::string& listen) const;
    void launch();

    const std::filesystem::path folder_;
    const Options options_;
    std::string url_;
    std::unique_ptr<Child> child_;
};

/// Calls `is_done` every few milliseconds until it says so; false after `patience`.
template <typename Predicate>
bool eventually(std::chrono::milliseconds patience, Predicate&& is_done);

/// Waits a moment between two looks at something outside this process.
void pause_between_looks();

template <typename Predicate>
bool eventually(std::chrono::milliseconds patience, Predicate&& is_done) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!is_done()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        pause_between_looks();
    }
    return true;
}

}  // namespace ebra::integration
