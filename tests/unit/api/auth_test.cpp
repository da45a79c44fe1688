#include "auth.hpp"

#include "api_fixture.hpp"

namespace ebra {
namespace {

bool admits(const std::string& key, const testing::Headers& headers) {
    return ApiKey(key).admits(testing::make("GET", "/calls", "", headers));
}

TEST(ApiKey, WithoutKey_AdmitsEverybody) {
    EXPECT_TRUE(admits("", {}));
    EXPECT_TRUE(admits("", {{"Authorization", "Bearer x"}}));
}

TEST(ApiKey, AdmitsItsHolders) {
    EXPECT_TRUE(admits("k3y", {{"Authorization", "Bearer k3y"}}));
    EXPECT_TRUE(admits("k3y", {{"authorization", "bearer k3y"}}));
    EXPECT_TRUE(admits("k3y", {{"Authorization", "Bearer   k3y"}}));
    EXPECT_TRUE(admits("k3y", {{"X-API-Key", "k3y"}}));
    EXPECT_TRUE(admits("k3y", {{"Authorization", "Basic eDp5"}, {"x-api-key", "k3y"}}));
}

TEST(ApiKey, RefusesEverybodyElse) {
    for (const testing::Headers& headers :
         {testing::Headers{}, testing::Headers{{"Authorization", "Bearer"}},
          testing::Headers{{"Authorization", "Bearer "}},
          testing::Headers{{"Authorization", "Bearer k3"}},
          testing::Headers{{"Authorization", "Bearer k3yy"}},
          testing::Headers{{"Authorization", "Bearer K3Y"}},
          testing::Headers{{"Authorization", "k3y"}},
          testing::Headers{{"Authorization", "Basic k3y"}}, testing::Headers{{"X-API-Key", ""}},
          testing::Headers{{"X-API-Key", "other"}}}) {
        EXPECT_FALSE(admits("k3y", headers)) << (headers.empty() ? "" : headers[0].second);
    }
}

}  // namespace
}  // namespace ebra
