#include "ebra/config.hpp"

#include "loading.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra::config_test {
namespace {

Config load_full() {
    Loading loading;
    loading.set("EBRA_HOST", "calls.example.com").set("HOME_OF_PLUGINS", "/srv/plugins");
    auto loaded = loading.load_file(std::filesystem::path(CONFIG_CORPUS "/good/full.toml"));
    EXPECT_EQ(loaded.index(), 0u) << shown(std::get<1>(loaded));
    return std::get<0>(std::move(loaded));
}

TEST(Config, EveryKeyOfTheFileArrives) {
    const Config config = load_full();

    EXPECT_EQ(config.plugin_dirs, (std::vector<std::string>{"/opt/ebra/plugins", "/srv/plugins"}));
    for (const EffectiveSetting& setting : config.effective) {
        EXPECT_EQ(setting.source, "file") << setting.key << " was not read";
    }
    EXPECT_EQ(config.engine.base_retry_ms, 90'000);
    EXPECT_EQ(config.engine.on_unknown, "fail");
    EXPECT_EQ(config.http.public_url, "https://calls.example.com");
    EXPECT_EQ(config.http.api_key, kSecret);
    EXPECT_EQ(config.log.format, "json");
    ASSERT_EQ(config.providers.size(), 1u);
    EXPECT_EQ(config.providers[0].max_concurrent, 20);
    EXPECT_EQ(config.providers[0].starts_per_second, 2.5);
    EXPECT_EQ(config.providers[0].burst, 5);
}

TEST(Config, OptionsBecomeJsonWithTheirTypes) {
    const Config config = load_full();

    EXPECT_EQ(nlohmann::json::parse(config.providers[0].options_json),
              nlohmann::json({{"preset", "generic"},
                              {"base_url", "http://127.0.0.1:9"},
                              {"headers", {"a", "${b}"}},
                              {"since", "2024-01-02"}}));
}

TEST(Config, FindsThePlaceOfAnOptionOrOfWhatIsAroundIt) {
    Loading loading;
    const Config config = loading.load("[store.options]\npath = \"a\"\n\"deep\" = [1, 2]\n");

    EXPECT_EQ(config.position_of("store", "/path")->line, 2u);
    EXPECT_EQ(config.position_of("store", "/path")->column, 1u);
    EXPECT_EQ(config.position_of("store", "/deep/1")->line, 3u);
    EXPECT_EQ(config.position_of("store", "/deep/9/x")->line, 3u) << "the nearest around it";
    EXPECT_EQ(config.position_of("provider/7", "/x"), std::nullopt);
}

TEST(Config, TheDigestIsOfWhatNodesShareAndHoldsNoSecret) {
    Loading one;
    Loading other;
    Loading third;
    const std::string digest = one.load("[http]\napi_key = \"a\"\n").shared_digest();

    EXPECT_EQ(other.load("[http]\napi_key = \"b\"\nthreads = 4\n").shared_digest(), digest);
    EXPECT_NE(third.load("[engine]\nmax_attempts = 4\n").shared_digest(), digest);
}

TEST(Config, EveryProblemIsReportedAtOnce) {
    Loading loading;
    loading.write("ebra.toml", "[engine]\nmax_attempts = 0\nlease = 3\nfoo = 1\n");

    const auto loaded = loading.load_file(loading.path("ebra.toml"));

    ASSERT_EQ(loaded.index(), 1u);
    EXPECT_EQ(std::get<1>(loaded).size(), 3u) << shown(std::get<1>(loaded));
}

}  // namespace
}  // namespace ebra::config_test
