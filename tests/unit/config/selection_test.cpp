#include "config/selection.hpp"

#include "loading.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra::config_test {
namespace {

nlohmann::json options_of(const std::string& json) {
    return nlohmann::json::parse(json);
}

Config load_nothing(const Loading& loading) {
    auto loaded = loading.load_file(std::nullopt);
    EXPECT_EQ(loaded.index(), 0u) << shown(std::get<1>(loaded));
    return std::get<0>(std::move(loaded));
}

TEST(Selection, WithoutAnythingItIsSqliteAndTheSimulator) {
    const Config config = load_nothing(Loading());

    EXPECT_EQ(config.store.plugin, "store-sqlite");
    EXPECT_EQ(options_of(config.store.options_json), nlohmann::json({{"path", "ebra.db"}}));
    ASSERT_EQ(config.providers.size(), 1u);
    EXPECT_EQ(config.providers[0].plugin, "provider-sim");
    EXPECT_EQ(config.http.listen, "127.0.0.1:3000");
    EXPECT_EQ(config.engine.global_concurrency, 30);
    EXPECT_EQ(config.engine.base_retry_ms, 30'000);
    EXPECT_EQ(config.engine.max_attempts, 3);
    EXPECT_EQ(config.engine.stale_after_ms, 900'000);
}

TEST(Selection, DatabaseVariablesSelectPostgresAndSaySo) {
    Loading loading;
    loading.set("DB_HOST", "db").set("DB_PORT", "5433").set("DB_USER", "ebra");
    loading.set("DB_PASS", kSecret).set("DB_NAME", "calls");

    const Config config = load_nothing(loading);

    EXPECT_EQ(config.store.plugin, "store-postgres");
    EXPECT_EQ(config.store.selected_by, "environment DB_HOST");
    EXPECT_EQ(options_of(config.store.options_json), nlohmann::json({{"host", "db"},
                                                                     {"port", "5433"},
                                                                     {"user", "ebra"},
                                                                     {"password", kSecret},
                                                                     {"dbname", "calls"}}));
    EXPECT_EQ(effective(config, "store.plugin").source, "environment DB_HOST");
    for (const EffectiveSetting& setting : config.effective) {
        EXPECT_EQ(setting.value.find(kSecret), std::string::npos) << setting.key;
    }
}

TEST(Selection, DatabaseVariablesFillAConfiguredPostgres) {
    Loading loading;
    loading.set("DB_HOST", "db");

    const Config config = loading.load(
        "[store]\nplugin = \"store-postgres\"\noptions = { host = \"old\", dbname = \"mine\", "
        "schema = \"s\" }\n");

    EXPECT_EQ(config.store.selected_by, "") << "the file chose it";
    EXPECT_EQ(
        options_of(config.store.options_json),
        nlohmann::json({{"host", "db"}, {"port", "5432"}, {"dbname", "mine"}, {"schema", "s"}}))
        << "the port as documented, the rest as written";
}

TEST(Selection, AProviderUrlSelectsTheHttpProviderUnlessTheSimulatorIsWanted) {
    Loading loading;
    loading.set("PROVIDER_BASE_URL", "http://voice");

    const Config real = load_nothing(loading);
    const Config simulated = load_nothing(loading.set("USE_SIMULATOR", "true"));

    ASSERT_EQ(real.providers.size(), 1u);
    EXPECT_EQ(real.providers[0].plugin, "provider-http");
    EXPECT_EQ(real.providers[0].selected_by, "environment PROVIDER_BASE_URL");
    EXPECT_EQ(options_of(real.providers[0].options_json),
              nlohmann::json({{"preset", "generic"}, {"base_url", "http://voice"}}));
    ASSERT_EQ(simulated.providers.size(), 1u);
    EXPECT_EQ(simulated.providers[0].plugin, "provider-sim");
}

TEST(Selection, AConfiguredProviderStandsWhateverTheUrlSays) {
    Loading loading;
    loading.set("PROVIDER_BASE_URL", "http://voice");

    const Config config =
        loading.load("[[provider]]\nname = \"mine\"\nplugin = \"provider-sim\"\n");

    ASSERT_EQ(config.providers.size(), 1u);
    EXPECT_EQ(config.providers[0].name, "mine");
}

TEST(Selection, SimulatorVariablesAndTheCallbackSecretReachTheSimulator) {
    Loading loading;
    loading.set("SIMULATOR_AUTO_CALLBACK", "true").set("SIMULATOR_CALLBACK_DELAY_SEC", "2");

    const Config config = loading.load(
        "[http]\ncallback_secret = \"hunter2hunter2\"\n"
        "[[provider]]\nname = \"sim\"\nplugin = \"provider-sim\"\noptions = { seed = 7 }\n");

    EXPECT_EQ(options_of(config.providers[0].options_json),
              nlohmann::json({{"seed", 7},
                              {"auto_callback", true},
                              {"callback_delay_sec", 2},
                              {"callback_secret", kSecret}}));
}

TEST(Selection, PortSetsThePortAloneAndIsListed) {
    Loading loading;
    loading.set("PORT", "8080");

    const Config config = loading.load("[http]\nlisten = \"[::1]:3000\"\n");

    EXPECT_EQ(config.http.listen, "[::1]:8080");
    EXPECT_EQ(effective(config, "http.listen").value, "[::1]:8080");
    EXPECT_EQ(effective(config, "http.listen").source, "environment PORT");
}

TEST(Selection, SecretsAreListedAsSetOnly) {
    Loading loading;
    loading.set("API_KEY", kSecret);

    const Config config = loading.load("");

    EXPECT_EQ(effective(config, "http.api_key").value, "(set)");
    EXPECT_EQ(effective(config, "http.callback_secret").value, "");
}

}  // namespace
}  // namespace ebra::config_test
