#include "callback_ref.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

const Reference kReference{"0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11", 2};

TEST(CallbackRef, OpensWhatItSealed) {
    const CallbackRef sealer("secret");

    const auto opened = sealer.open(sealer.seal(kReference));

    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(to_string(*opened), to_string(kReference));
}

/// URLs given to providers outlive the program that made them.
TEST(CallbackRef, SealsWithHmacSha256AsAnyoneComputesIt) {
    EXPECT_EQ(CallbackRef("secret").seal(kReference),
              to_string(kReference) + ".bd386d8e65549293248a2cb7d168123a");
}

TEST(CallbackRef, RefusesEveryFlippedCharacter) {
    const CallbackRef sealer("secret");
    const std::string sealed = sealer.seal(kReference);

    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = changed[at] == '1' ? '2' : '1';
        EXPECT_FALSE(sealer.open(changed).has_value()) << changed;
    }
}

TEST(CallbackRef, RefusesASealMadeWithAnotherSecret) {
    EXPECT_FALSE(CallbackRef("one").open(CallbackRef("two").seal(kReference)).has_value());
}

TEST(CallbackRef, RefusesAReferenceWithoutSealAndGarbage) {
    const CallbackRef sealer("secret");
    for (const std::string& text :
         {to_string(kReference), std::string(), std::string("..."), std::string(1'000, 'a')}) {
        EXPECT_FALSE(sealer.open(text).has_value()) << text;
    }
}

TEST(CallbackUrl, IsEmptyWithoutAPublicUrl) {
    EXPECT_EQ(callback_url("", "call-status", "x"), "");
    EXPECT_EQ(callback_url("http://h:1", "call-status", "x"),
              "http://h:1/callbacks/call-status?ref=x");
}

}  // namespace
}  // namespace ebra
