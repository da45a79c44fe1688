#include "server.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

namespace ebra::integration {

namespace {

constexpr std::chrono::seconds kStartPatience{60};
constexpr std::chrono::seconds kStopPatience{90};

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ebra-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
    if (::testing::Test::HasFailure()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Server::Server(const std::filesystem::path& folder, Options options)
    : folder_(folder), options_(std::move(options)) {}

void Server::write_config(const std::string& listen) const {
    std::ofstream file(config());
    file << "[engine]\n"
         << options_.engine << "\n"
         << "[http]\nlisten = \"" << listen << "\"\n"
         << options_.http << "\n"
         << "[store]\nplugin = \"store-sqlite\"\n"
         << "options = { path = \"" << (folder_ / "ebra.db").string() << "\" }\n"
         << "[[provider]]\nname = \"sim\"\nplugin = \"provider-sim\"\n"
         << options_.provider << "\n"
         << "options = { ledger = \"" << ledger().string() << "\""
         << (options_.simulator.empty() ? "" : ", ") << options_.simulator << " }\n";
}

void Server::launch() {
    const std::string authority = url_.empty() ? "127.0.0.1:0" : url_.substr(7);
    write_config(authority);
    child_ = std::make_unique<Child>(
        std::vector<std::string>{options_.binary, "serve", "--config", config().string(), "--role",
                                 options_.role},
        options_.environment, folder_.string());
}

void Server::start() {
    const std::string announced = options_.role == "worker" ? "working" : "http://";
    std::optional<std::string> line;
    // While it was down, somebody's outgoing connection may have got its port for a moment.
    const bool is_up = eventually(kStartPatience, [&] {
        launch();
        line = child_->read_until(announced, kStartPatience);
        return line || child_->errors().find("cannot listen") == std::string::npos;
    });
    ASSERT_TRUE(is_up && line) << child_->errors();
    if (options_.role == "worker") return;
    const std::size_t from = line->find("http://");
    url_ = line->substr(from, line->find_first_of(" /\r", from + 7) - from);
}

void Server::restart_at(const std::string& url) {
    url_ = url;
    start();
}

void Server::kill_hard() {
    child_->signal(SIGKILL);
    ASSERT_TRUE(child_->wait(std::chrono::seconds(10)).has_value());
}

int Server::stop() {
    child_->signal(SIGTERM);
    const auto code = child_->wait(kStopPatience);
    EXPECT_TRUE(code.has_value()) << "did not stop";
    return code.value_or(-1);
}

nlohmann::json Server::counts() const {
    HttpClient client(url_);
    return client.get("/metrics").json();
}

bool Server::wait_until_all_ended(std::chrono::milliseconds patience) const {
    HttpClient client(url_);
    return eventually(patience, [&] {
        const nlohmann::json counts = client.get("/metrics").json();
        return counts.is_object() && counts.value("PENDING", -1) == 0 &&
               counts.value("IN_PROGRESS", -1) == 0;
    });
}

void pause_between_looks() {
    poll(nullptr, 0, 20);
}

}  // namespace ebra::integration
