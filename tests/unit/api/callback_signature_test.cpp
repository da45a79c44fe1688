#include "callback_signature.hpp"

#include "api_fixture.hpp"
#include "digest.hpp"

namespace ebra {
namespace {

using Verdict = CallbackSignature::Verdict;
using testing::Headers;
using testing::make;

// The example of the Standard Webhooks specification and its libraries.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kMessageId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* kTimestamp = "1614265330";
constexpr const char* kSignedBody = R"({"test": 2432232314})";
constexpr const char* kGood = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::int64_t kSignedAtMs = 1'614'265'330'000;

Headers standard(const std::string& signature, const std::string& prefix = "webhook-") {
    return {{prefix + "id", kMessageId},
            {prefix + "timestamp", kTimestamp},
            {prefix + "signature", signature}};
}

Verdict judge(const std::string& secret, const Headers& headers,
              const std::string& body = kSignedBody, std::int64_t now_ms = kSignedAtMs) {
    return CallbackSignature(secret)
        .judge(make("POST", "/callbacks/call-status", body, headers), now_ms)
        .verdict;
}

std::string hex(const std::string& secret, const std::string& body) {
    return to_hex(hmac_sha256(secret, body));
}

TEST(CallbackSignature, WithoutSecret_DemandsNothing) {
    EXPECT_FALSE(CallbackSignature("").is_demanded());
    EXPECT_EQ(judge("", {}), Verdict::kGood);
}

TEST(CallbackSignature, TakesThePublishedVector) {
    const CallbackSignature signature(kSecret);

    const auto judgement = signature.judge(
        make("POST", "/callbacks/call-status", kSignedBody, standard(kGood)), kSignedAtMs);

    EXPECT_EQ(judgement.verdict, Verdict::kGood);
    EXPECT_EQ(judgement.webhook_id, kMessageId);
    EXPECT_EQ(judge(kSecret, standard(kGood, "svix-")), Verdict::kGood);
    EXPECT_EQ(judge(kSecret, standard(kGood, "Webhook-")), Verdict::kGood);
}

TEST(CallbackSignature, TakesOneRightSignatureOfMany) {
    const std::string wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
    const std::string good = kGood;

    EXPECT_EQ(judge(kSecret, standard(wrong + " " + good)), Verdict::kGood);
    EXPECT_EQ(judge(kSecret, standard(good + " " + wrong)), Verdict::kGood);
    EXPECT_EQ(judge(kSecret, standard("v1a,abcd v2,x " + good)), Verdict::kGood);
    EXPECT_EQ(judge(kSecret, standard(wrong + " " + wrong)), Verdict::kMismatch);
    std::string many;
    for (std::size_t n = 0; n < CallbackSignature::kSignaturesMax; ++n) many += wrong + " ";
    EXPECT_EQ(judge(kSecret, standard(many + good)), Verdict::kMismatch) << "the list is limited";
}

TEST(CallbackSignature, RefusesWhatIsTampered) {
    EXPECT_EQ(judge(kSecret, standard(kGood), R"({"test": 2432232315})"), Verdict::kMismatch);
    EXPECT_EQ(judge(kSecret, standard(kGood), std::string(kSignedBody) + " "), Verdict::kMismatch);
    Headers other_id = standard(kGood);
    other_id[0].second = "msg_other";
    EXPECT_EQ(judge(kSecret, other_id), Verdict::kMismatch);
    Headers other_time = standard(kGood);
    other_time[1].second = "1614265331";
    EXPECT_EQ(judge(kSecret, other_time), Verdict::kMismatch);
}

TEST(CallbackSignature, RefusesAnotherSecretOrScheme) {
    EXPECT_EQ(judge("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", standard(kGood)), Verdict::kMismatch);
    EXPECT_EQ(judge(std::string(kSecret).substr(6), standard(kGood)), Verdict::kMismatch)
        << "without whsec_ the text itself is the key";
    for (const char* bad : {"g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,", "v1,AAAA",
                            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "v1", "x"}) {
        EXPECT_EQ(judge(kSecret, standard(bad)), Verdict::kMismatch) << bad;
    }
}

TEST(CallbackSignature, RefusesWhatIsOldOrFromTheFuture) {
    const std::int64_t limit = CallbackSignature::kToleranceMs;

    EXPECT_EQ(judge(kSecret, standard(kGood), kSignedBody, kSignedAtMs + limit), Verdict::kGood);
    EXPECT_EQ(judge(kSecret, standard(kGood), kSignedBody, kSignedAtMs - limit), Verdict::kGood);
    EXPECT_EQ(judge(kSecret, standard(kGood), kSignedBody, kSignedAtMs + limit + 1),
              Verdict::kOutOfTime);
    EXPECT_EQ(judge(kSecret, standard(kGood), kSignedBody, kSignedAtMs - limit - 1),
              Verdict::kOutOfTime);
}

TEST(CallbackSignature, RefusesHalfOfASignature) {
    for (std::size_t at = 0; at < 3; ++at) {
        Headers missing = standard(kGood);
        missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(at));
        EXPECT_EQ(judge(kSecret, missing), Verdict::kMissing) << at;

        Headers empty = standard(kGood);
        empty[at].second.clear();
        EXPECT_EQ(judge(kSecret, empty), Verdict::kMissing) << at;

        Headers twice = standard(kGood);
        twice.push_back(twice[at]);
        EXPECT_EQ(judge(kSecret, twice), Verdict::kMissing) << at;
    }
    for (const char* time : {"now", "1614265330.5", "-1614265330", " 1", "99999999999999999999"}) {
        Headers odd = standard(kGood);
        odd[1].second = time;
        EXPECT_NE(judge(kSecret, odd), Verdict::kGood) << time;
    }
    EXPECT_EQ(judge(kSecret, {}), Verdict::kMissing);
}

TEST(CallbackSignature, TakesPlainHexOverTheBody) {
    const std::string good = hex("s3cret", kSignedBody);
    std::string upper = good;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));

    EXPECT_EQ(judge("s3cret", {{"X-Signature", "sha256=" + good}}), Verdict::kGood);
    EXPECT_EQ(judge("s3cret", {{"x-signature", good}}), Verdict::kGood);
    EXPECT_EQ(judge("s3cret", {{"X-Signature", upper}}), Verdict::kGood);
    EXPECT_EQ(judge("s3cret", {{"X-Signature", hex("s3cret", "")}}, ""), Verdict::kGood);
}

TEST(CallbackSignature, RefusesPlainHexThatIsWrong) {
    const std::string good = hex("s3cret", kSignedBody);
    for (const std::string& bad :
         {hex("other", kSignedBody), hex("s3cret", "x"), good.substr(1), good + "0",
          std::string("sha256="), "sha1=" + good, "sha256=" + good + ",x", std::string(64, 'z')}) {
        EXPECT_EQ(judge("s3cret", {{"X-Signature", bad}}), Verdict::kMismatch) << bad;
    }
    EXPECT_EQ(judge("s3cret", {{"X-Signature", ""}}), Verdict::kMissing);
    EXPECT_EQ(judge("s3cret", {{"X-Signature", good}, {"X-Signature", good}}), Verdict::kMissing);
}

TEST(CallbackSignature, StandardHeadersThatAreWrong_AreNotSavedByAPlainOne) {
    Headers both = standard("v1,AAAA");
    both.emplace_back(
        "X-Signature",
        to_hex(hmac_sha256(*base64_decode(std::string(kSecret).substr(6)), kSignedBody)));

    EXPECT_EQ(judge(kSecret, both), Verdict::kMismatch);
}

}  // namespace
}  // namespace ebra
