// Bad config, bad plugins, bad bytes: a clear message, no crash, others served.
#include "load.hpp"
#include "program.hpp"

#include <arpa/inet.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

TEST(BadConfig, IsRefusedWithFileLineAndTheNearestName) {
    TemporaryFolder folder;
    const auto path = folder.path() / "ebra.toml";
    std::ofstream(path) << "[engine]\nmax_atempts = 3\n";

    for (const char* command : {"check-config", "serve"}) {
        const ProgramRun made = run_program({command, "--config", path.string()}, folder.path());

        EXPECT_NE(made.code, 0) << command;
        EXPECT_NE(made.all().find("ebra.toml:2:1"), std::string::npos) << made.all();
        EXPECT_NE(made.all().find("max_attempts"), std::string::npos) << made.all();
    }
}

TEST(BadConfig, NamesAMissingFile) {
    TemporaryFolder folder;

    const ProgramRun made = run_program({"serve", "--config", "nowhere.toml"}, folder.path());

    EXPECT_NE(made.code, 0);
    EXPECT_NE(made.all().find("nowhere.toml"), std::string::npos) << made.all();
}

TEST(BadPlugin, IsRefusedWithTheRuleItBreaks) {
    TemporaryFolder folder;
    const auto plugins = folder.path() / "plugins";
    std::filesystem::create_directory(plugins);
    std::ofstream(plugins / "broken.so") << "this is no library";
    const auto path = folder.path() / "ebra.toml";
    std::ofstream(path) << "plugin_dirs = [\"" << plugins.string()
                        << "\"]\n[store]\nplugin = \"broken\"\n";

    const ProgramRun no_library = run_program({"serve", "--config", path.string()}, folder.path());
    chmod((plugins / "broken.so").c_str(), 0666);
    const ProgramRun writable = run_program({"serve", "--config", path.string()}, folder.path());

    EXPECT_NE(no_library.code, 0);
    EXPECT_NE(no_library.all().find("broken"), std::string::npos) << no_library.all();
    EXPECT_NE(writable.code, 0);
    EXPECT_NE(writable.all().find("chmod"), std::string::npos) << writable.all();
}

TEST(BadStore, EndsServeWithTheReason) {
    TemporaryFolder folder;
    const auto path = folder.path() / "ebra.toml";
    std::ofstream(folder.path() / "ebra.db") << std::string(8'192, 'x');
    std::ofstream(path) << "[store]\nplugin = \"store-sqlite\"\noptions = { path = \"ebra.db\" }\n";

    const ProgramRun made = run_program({"serve", "--config", path.string()}, folder.path());

    EXPECT_NE(made.code, 0);
    EXPECT_NE(made.all().find("ebra.db"), std::string::npos) << made.all();
}

TEST(BadBytes, OnThePortHurtNobodyElse) {
    TemporaryFolder folder;
    Server server(folder.path(), {});
    server.start();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.url().substr(17))));
    std::vector<int> sockets;
    for (int n = 0; n < 50; ++n) {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        std::string garbage(1'000, static_cast<char>(n * 5));
        (void)!send(fd, garbage.data(), garbage.size(), MSG_NOSIGNAL);
        sockets.push_back(fd);
    }

    HttpClient client(server.url());
    for (int n = 0; n < 20; ++n) EXPECT_EQ(client.get("/healthz").status, 200);

    for (const int fd : sockets) close(fd);
    EXPECT_EQ(server.stop(), 0);
}

/// A connection to the server that has sent `bytes` and reads nothing.
int slow_client(const Server& server, const std::string& bytes) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.url().substr(17))));
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int small = 4'096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    return fd;
}

TEST(SlowClients, HurtNobodyElse) {
    TemporaryFolder folder;
    Server server(folder.path(), {});
    server.start();
    (void)place_calls(server.url(), 300, 300);
    std::vector<int> sockets;
    std::string many_requests;
    for (int n = 0; n < 50; ++n) {
        many_requests += "GET /calls?pageSize=500 HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    for (int n = 0; n < 100; ++n) {
        sockets.push_back(slow_client(server, "GET /calls HTTP/1.1\r\nHos"));
        sockets.push_back(slow_client(server,
                                      "POST /calls HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                      "application/json\r\nContent-Length: 60\r\n\r\n{"));
    }
    for (int n = 0; n < 20; ++n) sockets.push_back(slow_client(server, many_requests));

    HttpClient client(server.url());
    for (int n = 0; n < 50; ++n) {
        EXPECT_EQ(client.get("/healthz").status, 200);
        EXPECT_EQ(client.post("/calls", {{"to", number(n)}, {"scriptId", "x"}}).status, 201);
    }

    for (const int fd : sockets) close(fd);
    EXPECT_EQ(server.stop(), 0);
}

TEST(DamagedStore, TurnsReadinessRedAndLeavesTheServerAlive) {
    TemporaryFolder folder;
    Server server(folder.path(), {});
    server.start();
    HttpClient client(server.url());
    ASSERT_EQ(client.get("/readyz").status, 200);

    std::fstream(folder.path() / "ebra.db", std::ios::in | std::ios::out | std::ios::binary)
        << std::string(4'096, 'x');

    const HttpAnswer ready = client.get("/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body.find("damaged"), std::string::npos) << ready.body;
    EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST(CommandLine, ExplainsItselfToAStranger) {
    TemporaryFolder folder;

    const ProgramRun help = run_program({"--help"}, folder.path());
    const ProgramRun version = run_program({"--version"}, folder.path());
    const ProgramRun typo = run_program({"serv"}, folder.path());
    const ProgramRun plugins = run_program({"plugins"}, folder.path());

    EXPECT_EQ(help.code, 0);
    for (const char* command : {"serve", "check-config", "plugins", "inspect", "map", "migrate"}) {
        EXPECT_NE(help.all().find(command), std::string::npos) << command;
    }
    EXPECT_EQ(version.code, 0);
    EXPECT_NE(typo.code, 0);
    EXPECT_NE(typo.all().find("serve"), std::string::npos) << typo.all();
    EXPECT_NE(plugins.all().find("provider-sim"), std::string::npos) << plugins.all();
}

}  // namespace
}  // namespace ebra::integration
