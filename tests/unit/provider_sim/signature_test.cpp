#include "signature.hpp"

#include <gtest/gtest.h>

namespace ebra::sim {
namespace {

// The vector that the libraries of Standard Webhooks are tested with.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

TEST(Signature, AgreesWithThePublishedVector) {
    const auto key = key_of_secret(kSecret);

    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(signature_of(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330,
                           R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Secret, IsTakenAsItIsUnlessItSaysThatItIsBase64) {
    EXPECT_EQ(key_of_secret("plain words"), "plain words");
    EXPECT_EQ(key_of_secret("whsec_YWI="), "ab");
    EXPECT_EQ(key_of_secret("whsec_YQ=="), "a");
    EXPECT_FALSE(key_of_secret("whsec_no base64!").has_value());
    EXPECT_FALSE(key_of_secret("whsec_").has_value());
}

}  // namespace
}  // namespace ebra::sim
