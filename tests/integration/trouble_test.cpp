// Bad config, bad plugins, bad bytes: a clear message, no crash, others served.
#include "load.hpp"

#include <arpa/inet.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

struct Run {
    int code = -1;
    std::string output;
};

Run run(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
    std::vector<std::string> command = {EBRA_BINARY};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Child child(command, {}, folder.string());
    Run made;
    while (const auto line = child.read_line(seconds(20))) made.output += *line + "\n";
    made.code = child.wait(seconds(20)).value_or(-1);
    made.output += child.errors();
    return made;
}

TEST(BadConfig, IsRefusedWithFileLineAndTheNearestName) {
    TemporaryFolder folder;
    const auto path = folder.path() / "ebra.toml";
    std::ofstream(path) << "[engine]\nmax_atempts = 3\n";

    for (const char* command : {"check-config", "serve"}) {
        const Run made = run({command, "--config", path.string()}, folder.path());

        EXPECT_NE(made.code, 0) << command;
        EXPECT_NE(made.output.find("ebra.toml:2:1"), std::string::npos) << made.output;
        EXPECT_NE(made.output.find("max_attempts"), std::string::npos) << made.output;
    }
}

TEST(BadConfig, NamesAMissingFile) {
    TemporaryFolder folder;

    const Run made = run({"serve", "--config", "nowhere.toml"}, folder.path());

    EXPECT_NE(made.code, 0);
    EXPECT_NE(made.output.find("nowhere.toml"), std::string::npos) << made.output;
}

TEST(BadPlugin, IsRefusedWithTheRuleItBreaks) {
    TemporaryFolder folder;
    const auto plugins = folder.path() / "plugins";
    std::filesystem::create_directory(plugins);
    std::ofstream(plugins / "broken.so") << "this is no library";
    const auto path = folder.path() / "ebra.toml";
    std::ofstream(path) << "plugin_dirs = [\"" << plugins.string()
                        << "\"]\n[store]\nplugin = \"broken\"\n";

    const Run no_library = run({"serve", "--config", path.string()}, folder.path());
    chmod((plugins / "broken.so").c_str(), 0666);
    const Run writable = run({"serve", "--config", path.string()}, folder.path());

    EXPECT_NE(no_library.code, 0);
    EXPECT_NE(no_library.output.find("broken"), std::string::npos) << no_library.output;
    EXPECT_NE(writable.code, 0);
    EXPECT_NE(writable.output.find("chmod"), std::string::npos) << writable.output;
}

TEST(BadStore, EndsServeWithTheReason) {
    TemporaryFolder folder;
    const auto path = folder.path() / "ebra.toml";
    std::ofstream(folder.path() / "ebra.db") << std::string(8'192, 'x');
    std::ofstream(path) << "[store]\nplugin = \"store-sqlite\"\noptions = { path = \"ebra.db\" }\n";

    const Run made = run({"serve", "--config", path.string()}, folder.path());

    EXPECT_NE(made.code, 0);
    EXPECT_NE(made.output.find("ebra.db"), std::string::npos) << made.output;
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

TEST(CommandLine, ExplainsItselfToAStranger) {
    TemporaryFolder folder;

    const Run help = run({"--help"}, folder.path());
    const Run version = run({"--version"}, folder.path());
    const Run typo = run({"serv"}, folder.path());
    const Run plugins = run({"plugins"}, folder.path());

    EXPECT_EQ(help.code, 0);
    for (const char* command : {"serve", "check-config", "plugins", "inspect", "map", "migrate"}) {
        EXPECT_NE(help.output.find(command), std::string::npos) << command;
    }
    EXPECT_EQ(version.code, 0);
    EXPECT_NE(typo.code, 0);
    EXPECT_NE(typo.output.find("serve"), std::string::npos) << typo.output;
    EXPECT_NE(plugins.output.find("provider-sim"), std::string::npos) << plugins.output;
}

}  // namespace
}  // namespace ebra::integration
