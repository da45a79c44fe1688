// The commands beside the server: they look, check, migrate and map, and leave the rest alone.
#include "load.hpp"
#include "program.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class CommandTest : public ::testing::Test {
 protected:
    ProgramRun run(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment = {}) {
        return run_program(arguments, folder_.path(), environment);
    }

    std::string write_config(const std::string& text, const std::string& name = "test.toml") {
        std::ofstream(folder_.path() / name) << text;
        return name;
    }

    bool has_file(const std::string& name) {
        return std::filesystem::exists(folder_.path() / name);
    }

    TemporaryFolder folder_;
};

/// A server with a passive simulator and one call in its hands.
class CommandBesideServer : public CommandTest {
 protected:
    CommandBesideServer() : server_(folder_.path(), {}) {
        server_.start();
        HttpClient client(server_.url());
        id_ = client.post("/calls", {{"to", number(1)}, {"scriptId", "welcome"}}).json()["id"];
        EXPECT_TRUE(eventually(seconds(30), [&] { return call()["attemptState"] == "PLACED"; }));
    }

    nlohmann::json call() {
        HttpClient client(server_.url());
        return client.get("/calls/" + id_).json();
    }

    ProgramRun run_here(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--config", server_.config().string()});
        return run(arguments);
    }

    Server server_;
    std::string id_;
};

TEST_F(CommandBesideServer, InspectShowsTheCallItsAttemptsAndItsHistory) {
    const ProgramRun text = run_here({"inspect", id_});
    const ProgramRun json = run_here({"inspect", id_, "--json"});

    EXPECT_EQ(text.code, 0) << text.all();
    EXPECT_THAT(text.output, HasSubstr("IN_PROGRESS, attempt 1 is PLACED"));
    EXPECT_THAT(text.output, HasSubstr("enqueued"));
    EXPECT_THAT(text.output, HasSubstr(std::string(call()["providerCallId"])));
    const auto calls = nlohmann::json::parse(json.output)["calls"];
    EXPECT_EQ(calls[0]["call"], call());
    EXPECT_EQ(calls[0]["timeline"]["placements"].size(), 1u);
    EXPECT_THAT(json.errors, testing::IsEmpty());
}

TEST_F(CommandBesideServer, InspectFindsACallByItsProvidersId) {
    const ProgramRun found = run_here({"inspect", call()["providerCallId"], "--provider"});
    const ProgramRun none = run_here({"inspect", "nobody-knows"});

    EXPECT_EQ(found.code, 0) << found.all();
    EXPECT_THAT(found.output, HasSubstr("call " + id_));
    EXPECT_EQ(none.code, 3);
    EXPECT_THAT(none.errors, HasSubstr("nobody-knows"));
}

TEST_F(CommandBesideServer, InspectSaysWhyACallWaits) {
    HttpClient client(server_.url());
    const std::string waiting =
        client.post("/calls", {{"to", number(1)}, {"scriptId", "x"}}).json()["id"];

    EXPECT_THAT(run_here({"inspect", waiting}).output, HasSubstr("phone_busy"));
}

TEST_F(CommandBesideServer, MapMakesUpAnIdThatACallbackSettlesTheCallBy) {
    const ProgramRun mapped = run_here({"map", id_});

    ASSERT_EQ(mapped.code, 0) << mapped.all();
    const std::string provider_id = mapped.output.substr(0, mapped.output.find('\n'));
    EXPECT_THAT(provider_id, testing::StartsWith("manual-"));
    HttpClient client(server_.url());
    const HttpAnswer settled = client.post("/callbacks/call-status",
                                           {{"providerCallId", provider_id}, {"status", "FAILED"}});
    EXPECT_EQ(settled.status, 200) << settled.body;
    EXPECT_EQ(call()["status"], "FAILED");
}

TEST_F(CommandBesideServer, MapRefusesUnknownCallsAndIdsOfOthers) {
    HttpClient client(server_.url());
    const std::string other =
        client.post("/calls", {{"to", number(2)}, {"scriptId", "x"}}).json()["id"];
    ASSERT_EQ(run_here({"map", id_, "mine", "--provider", "sim"}).code, 0);

    EXPECT_EQ(run_here({"map", id_, "mine"}).code, 0) << "doing it twice changes nothing";
    EXPECT_EQ(run_here({"map", other, "mine", "--provider", "sim"}).code, 4);
    EXPECT_EQ(run_here({"map", "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11", "x"}).code, 3);
}

TEST_F(CommandTest, InspectAndMapMakeNoStore) {
    const ProgramRun inspect = run({"inspect", "x"});
    const ProgramRun map = run({"map", "x"});

    EXPECT_EQ(inspect.code, 3);
    EXPECT_THAT(inspect.errors, HasSubstr("holds nothing yet"));
    EXPECT_EQ(map.code, 3);
    EXPECT_FALSE(has_file("ebra.db"));
}

TEST_F(CommandTest, MigrateShowsFirstAndThenDoes) {
    const ProgramRun dry = run({"migrate", "--dry-run"});
    const ProgramRun sql = run({"migrate", "--sql"});
    const bool had_file = has_file("ebra.db");
    const ProgramRun done = run({"migrate"});
    const ProgramRun again = run({"migrate"});

    EXPECT_THAT(dry.output, HasSubstr("missing"));
    EXPECT_THAT(sql.output, HasSubstr("CREATE TABLE"));
    EXPECT_FALSE(had_file);
    EXPECT_EQ(done.code, 0) << done.all();
    EXPECT_THAT(done.output, HasSubstr("applied"));
    EXPECT_EQ(again.output, "");
    EXPECT_THAT(again.errors, HasSubstr("up to date"));
    EXPECT_THAT(run({"migrate", "--dry-run"}).output, Not(HasSubstr("missing")));
}

TEST_F(CommandTest, PluginsAsJsonSayWhatEachOffers) {
    const ProgramRun made = run({"plugins", "--json"});

    EXPECT_EQ(made.code, 0) << made.all();
    const auto plugins = nlohmann::json::parse(made.output)["plugins"];
    const auto named = [&](const std::string& name) {
        for (const auto& one : plugins) {
            if (one["name"] == name) return one;
        }
        return nlohmann::json();
    };
    EXPECT_EQ(named("provider-sim")["offers"][0], "ebra.provider/1");
    EXPECT_EQ(named("store-sqlite")["loads"], true);
    EXPECT_EQ(std::string(named("store-sqlite")["sha256"]).size(), 64u);
}

TEST_F(CommandTest, PluginsNameTheRuleThatARefusedOneBreaks) {
    std::filesystem::create_directory(folder_.path() / "own");
    std::ofstream(folder_.path() / "own" / "broken.so") << "this is no library";
    const std::string config =
        write_config("plugin_dirs = [\"" + (folder_.path() / "own").string() + "\"]\n");

    const ProgramRun made = run({"plugins", "--config", config});

    EXPECT_EQ(made.code, 1);
    EXPECT_THAT(made.errors, HasSubstr("broken"));
}

TEST_F(CommandTest, CheckConfigReportsWhatPluginsSayWithTheirLine) {
    const std::string config = write_config(
        "[store]\n"
        "plugin = \"store-sqlite\"\n"
        "options = { pth = \"x.db\" }\n"
        "\n"
        "[[provider]]\n"
        "name = \"sim\"\n"
        "plugin = \"provider-sim\"\n"
        "[provider.options]\n"
        "talk_ms = 10\n"
        "sead = 3\n"
        "\n"
        "[[provider]]\n"
        "name = \"other\"\n"
        "plugin = \"provider-simm\"\n");

    const ProgramRun checked = run({"check-config", config});
    const ProgramRun served = run({"serve", "--config", config});

    EXPECT_EQ(checked.code, 1);
    for (const ProgramRun* one : {&checked, &served}) {
        EXPECT_THAT(one->errors, HasSubstr("test.toml:3:13")) << "the option that is not known";
        EXPECT_THAT(one->errors, HasSubstr("did you mean \"path\"?"));
        EXPECT_THAT(one->errors, HasSubstr("test.toml:10:1"));
        EXPECT_THAT(one->errors, HasSubstr("did you mean \"seed\"?"));
        EXPECT_THAT(one->errors, HasSubstr("test.toml:14:10")) << "the plugin that is not there";
    }
    EXPECT_THAT(checked.output, HasSubstr("test.toml: 4 problems\n"));
    EXPECT_EQ(served.code, 1);
    EXPECT_FALSE(has_file("x.db"));
    EXPECT_FALSE(has_file("ebra.db"));
}

TEST_F(CommandTest, CheckConfigAndServeNameASettingThatTheStoreCannotCarryOut) {
    const std::string config = write_config("plugin_dirs = [\"" EBRA_PLUGINS
                                            "\"]\n"
                                            "[engine]\n"
                                            "keep_finished = \"30d\"\n"
                                            "[store]\n"
                                            "plugin = \"memory-store\"\n");

    for (const ProgramRun& one :
         {run({"check-config", config}), run({"serve", "--config", config})}) {
        EXPECT_EQ(one.code, 1);
        EXPECT_THAT(one.errors, HasSubstr("test.toml:3:")) << one.all();
        EXPECT_THAT(one.errors, HasSubstr("ebra.store.retain/1"));
    }
}

TEST_F(CommandTest, CheckConfigTellsAMistypedOptionBesideAllElseThatIsWrong) {
    const std::string config = write_config("plugin_dirs = [\"" EBRA_PLUGINS
                                            "\"]\n"
                                            "[engine]\n"
                                            "max_atempts = 3\n"
                                            "[[provider]]\n"
                                            "name = \"sim\"\n"
                                            "plugin = \"provider-sim\"\n"
                                            "[provider.options]\n"
                                            "sead = 3\n"
                                            "ring_ms = \"${NOT_SET_ANYWHERE}\"\n");

    const ProgramRun checked = run({"check-config", config});

    EXPECT_EQ(checked.code, 1);
    EXPECT_THAT(checked.errors, HasSubstr("test.toml:3:1"));
    EXPECT_THAT(checked.errors, HasSubstr("did you mean \"max_attempts\"?"));
    EXPECT_THAT(checked.errors, HasSubstr("test.toml:8:1"));
    EXPECT_THAT(checked.errors, HasSubstr("did you mean \"seed\"?"));
    EXPECT_THAT(checked.errors, HasSubstr("NOT_SET_ANYWHERE"));
    EXPECT_THAT(checked.output, HasSubstr("test.toml: 3 problems\n")) << checked.all();
}

TEST_F(CommandTest, CheckConfigOpensNothing) {
    const ProgramRun made = run({"check-config"});

    EXPECT_EQ(made.code, 0) << made.all();
    EXPECT_EQ(made.output, "the default config: ok\n");
    EXPECT_FALSE(has_file("ebra.db"));
}

TEST_F(CommandTest, CheckConfigShowsWhereEachSettingComesFromAndNoSecret) {
    write_config("[engine]\nmax_attempts = 7\n", "ebra.toml");

    const ProgramRun made =
        run({"check-config", "--effective"}, {"API_KEY=do-not-show-this", "GLOBAL_CONCURRENCY=11"});

    EXPECT_EQ(made.code, 0) << made.all();
    EXPECT_THAT(made.output, testing::ContainsRegex("engine.max_attempts +[^\n]*7[^\n]*file"));
    EXPECT_THAT(made.output,
                testing::ContainsRegex("engine.global_concurrency +[^\n]*11[^\n]*environment"));
    EXPECT_THAT(made.output, testing::ContainsRegex("engine.base_retry +[^\n]*30s[^\n]*default"));
    EXPECT_THAT(made.output, HasSubstr("http.api_key"));
    EXPECT_THAT(made.all(), Not(HasSubstr("do-not-show-this")));
}

}  // namespace
}  // namespace ebra::integration
