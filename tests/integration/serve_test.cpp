// How ebra serve begins: from which config, on which port, and when it refuses to.
#include "load.hpp"
#include "program.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr seconds kPatience{60};

class ServeTest : public ::testing::Test {
 protected:
    /// All of standard output up to the line that says where it listens.
    static std::string announcement(Child& child) {
        std::string text;
        while (const auto line = child.read_line(kPatience)) {
            text += *line + "\n";
            if (line->find("http://") != std::string::npos) break;
        }
        return text;
    }

    static std::string url_in(const std::string& text) {
        const std::size_t from = text.find("http://");
        return text.substr(from, text.find_first_of(" \n", from) - from);
    }

    std::string folder() const { return folder_.path().string(); }

    TemporaryFolder folder_;
};

TEST_F(ServeTest, WithoutAnyConfigRunsOnSqliteAndTheSimulatorAndSaysSo) {
    Child child({EBRA_BINARY, "serve"}, {"PORT=0"}, folder());

    const std::string said = announcement(child);

    EXPECT_THAT(said, HasSubstr("no ./ebra.toml"));
    EXPECT_THAT(said, HasSubstr("store-sqlite"));
    EXPECT_THAT(said, HasSubstr("provider-sim"));
    EXPECT_THAT(said, HasSubstr(" listening on http://127.0.0.1:"));
    HttpClient client(url_in(said));
    EXPECT_EQ(client.post("/calls", {{"to", number(1)}, {"scriptId", "x"}}).status, 201);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "ebra.db"));
}

TEST_F(ServeTest, ReadsTheEbraTomlOfItsFolder) {
    std::ofstream(folder_.path() / "ebra.toml") << "[http]\nlisten = \"127.0.0.1:0\"\n"
                                                << "[store]\noptions = { path = \"own.db\" }\n";
    Child child({EBRA_BINARY, "serve"}, {}, folder());

    EXPECT_THAT(announcement(child), HasSubstr("config: ebra.toml"));
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "own.db"));
}

TEST_F(ServeTest, RefusesToBeReachedFromOutsideWithoutKeys) {
    std::ofstream(folder_.path() / "ebra.toml") << "[http]\nlisten = \"0.0.0.0:0\"\n";

    const ProgramRun open = run_program({"serve"}, folder_.path());
    const ProgramRun unsigned_callbacks = run_program({"serve"}, folder_.path(), {"API_KEY=k"});

    EXPECT_EQ(open.code, 1);
    EXPECT_THAT(open.errors, HasSubstr("http.api_key"));
    EXPECT_THAT(open.errors, HasSubstr("http.callback_secret"));
    EXPECT_EQ(unsigned_callbacks.code, 1);
    EXPECT_THAT(unsigned_callbacks.errors, HasSubstr("http.callback_secret"));
}

TEST_F(ServeTest, SaysWhichVariableAskedForAPluginThatIsNotThere) {
    const auto plugins = folder_.path() / "none";
    std::filesystem::create_directory(plugins);
    std::ofstream(folder_.path() / "ebra.toml")
        << "plugin_dirs = [\"" << plugins.string() << "\"]\n";

    const ProgramRun made = run_program({"serve"}, folder_.path(), {"DB_HOST=db.example"});

    EXPECT_EQ(made.code, 1);
    EXPECT_THAT(made.errors, HasSubstr("store-postgres"));
    EXPECT_THAT(made.errors, HasSubstr("environment DB_HOST"));
}

TEST_F(ServeTest, SaysWhichPortIsTaken) {
    Server server(folder_.path(), {});
    server.start();
    const std::string port = server.url().substr(server.url().rfind(':') + 1);
    TemporaryFolder other;

    const ProgramRun second = run_program({"serve"}, other.path(), {"PORT=" + port});

    EXPECT_EQ(second.code, 5) << second.all();
    EXPECT_THAT(second.errors, HasSubstr("127.0.0.1:" + port));
}

TEST_F(ServeTest, AWorkerMustKnowWhereProvidersCallBack) {
    const ProgramRun worker =
        run_program({"serve", "--role", "worker"}, folder_.path(), {"PORT=0"});

    EXPECT_EQ(worker.code, 1);
    EXPECT_THAT(worker.errors, HasSubstr("PUBLIC_BASE_URL"));
}

/// A database with one call in flight at provider "sim", and a config that calls it "other".
class OrphanTest : public ServeTest {
 protected:
    OrphanTest() {
        // When it is to be asked about next is stored with a placement.
        Server server(folder_.path(), {.engine = "query_after = \"1s\""});
        server.start();
        HttpClient client(server.url());
        id_ = client.post("/calls", {{"to", number(1)}, {"scriptId", "x"}}).json()["id"];
        EXPECT_TRUE(eventually(kPatience, [&] {
            provider_call_id_ = client.get("/calls/" + id_).json();
            return provider_call_id_["attemptState"] == "PLACED";
        }));
        EXPECT_EQ(server.stop(), 0);
        std::ofstream(folder_.path() / "renamed.toml")
            << "[engine]\nstart_timeout = \"1s\"\nquery_after = \"1s\"\nstale_after = \"2s\"\n"
            << "lease = \"2s\"\n[http]\nlisten = \"127.0.0.1:0\"\n"
            << "[store]\noptions = { path = \"ebra.db\" }\n"
            << "[[provider]]\nname = \"other\"\nplugin = \"provider-sim\"\n";
    }

    std::string id_;
    nlohmann::json provider_call_id_;
};

TEST_F(OrphanTest, RefusesToStartWhileAProviderThatIsGoneHasCallsInFlight) {
    const ProgramRun made = run_program({"serve", "--config", "renamed.toml"}, folder_.path());

    EXPECT_EQ(made.code, 4) << made.all();
    EXPECT_THAT(made.errors, HasSubstr("provider \"sim\" has 1 call"));
    EXPECT_THAT(made.errors, HasSubstr("--orphan-provider sim=keep"));
}

TEST_F(OrphanTest, DoesWithThemWhatItIsTold) {
    Child child({EBRA_BINARY, "serve", "--config", "renamed.toml", "--orphan-provider", "sim=fail"},
                {}, folder());
    HttpClient client(url_in(announcement(child)));

    // on_unknown is "retry"; without the flag's "fail" it would be dialed again.
    EXPECT_TRUE(eventually(kPatience, [&] {
        return client.get("/calls/" + id_).json().value("status", "") == "FAILED";
    })) << client.get("/calls/" + id_).body;
    EXPECT_EQ(client.get("/calls/" + id_).json()["attempts"], 1);
}

TEST_F(OrphanTest, LeavesThemToTheirCallbacksWhenTold) {
    std::ofstream(folder_.path() / "ebra.toml")
        << "[http]\nlisten = \"127.0.0.1:0\"\n[[provider]]\nname = \"other\"\nplugin = "
           "\"provider-sim\"\n";
    Child child({EBRA_BINARY, "serve", "--orphan-provider", "sim=keep"}, {}, folder());
    HttpClient client(url_in(announcement(child)));

    const HttpAnswer settled = client.post(
        "/callbacks/call-status",
        {{"providerCallId", provider_call_id_["providerCallId"]}, {"status", "COMPLETED"}});

    EXPECT_EQ(settled.status, 200) << settled.body;
    EXPECT_EQ(client.get("/calls/" + id_).json()["status"], "COMPLETED");
}

}  // namespace
}  // namespace ebra::integration
