#include "digest.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

TEST(Digest, Sha256_OfTheKnownVector) {
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, Hmac_OfRfc4231) {
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, Hex_GoesBothWays) {
    const Digest digest = sha256("x");
    std::string upper = to_hex(digest);
    for (char& c : upper) c = static_cast<char>(std::toupper(c));

    EXPECT_EQ(digest_from_hex(to_hex(digest)), digest);
    EXPECT_EQ(digest_from_hex(upper), digest);
    EXPECT_EQ(digest_from_hex(to_hex(digest).substr(1)), std::nullopt);
    EXPECT_EQ(digest_from_hex(std::string(64, 'g')), std::nullopt);
    EXPECT_EQ(digest_from_hex(""), std::nullopt);
}

TEST(Digest, Base64_DecodesStandardTextOnly) {
    EXPECT_EQ(base64_decode("YWJj"), "abc");
    EXPECT_EQ(base64_decode("YWI="), "ab");
    EXPECT_EQ(base64_decode("YQ=="), "a");
    EXPECT_EQ(base64_decode("+/+/"), "\xFB\xFF\xBF");
    for (const char* text : {"", "YWI", "YW J", "Y===", "-_-_", "YWJj\n", "YQ==YQ=="}) {
        EXPECT_EQ(base64_decode(text), std::nullopt) << text;
    }
}

TEST(Digest, IsSame_SeesEveryByte) {
    const Digest digest = sha256("x");
    for (std::size_t at = 0; at < digest.size(); ++at) {
        Digest other = digest;
        other[at] ^= 1;
        EXPECT_FALSE(is_same(digest, other)) << at;
    }
    EXPECT_TRUE(is_same(digest, sha256("x")));
}

}  // namespace
}  // namespace ebra
