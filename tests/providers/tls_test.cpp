// Over TLS: who cannot prove who he is gets nothing, and that is certainly not sent.
#include "certificate.hpp"
#include "fake_process.hpp"
#include "provider_face.hpp"

#include <gtest/gtest.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::Certificate;
using ebra::test::FakeProvider;

class Tls : public ::testing::Test {
 protected:
    nlohmann::json options() const {
        return {{"preset", "generic"}, {"base_url", fake_.tls_url() + "/generic"}};
    }

    const Certificate certificate_;
    const FakeProvider fake_{{"--tls", certificate_.file(), certificate_.key_file()}};
};

TEST_F(Tls, AKnownCertificateIsTrusted) {
    nlohmann::json known = options();
    known["ca_file"] = certificate_.file();
    ProviderFace provider(known);

    const SeenResult result = provider.start();

    EXPECT_EQ(result.answer, EBRA_START_PLACED) << result.message;
    EXPECT_EQ(fake_.dials().size(), 1u);
}

TEST_F(Tls, AnUnknownCertificateGetsNothing) {
    ProviderFace provider(options());

    const SeenResult result = provider.start();

    EXPECT_EQ(result.answer, EBRA_START_NOT_SENT);
    EXPECT_EQ(result.error_class, EBRA_CLASS_TRANSIENT);
    EXPECT_TRUE(fake_.dials().empty());
}

TEST_F(Tls, ACertificateForAnotherNameGetsNothing) {
    nlohmann::json other = options();
    other["ca_file"] = certificate_.file();
    std::string url = other["base_url"];
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    other["base_url"] = url;
    ProviderFace provider(other);

    EXPECT_EQ(provider.start().answer, EBRA_START_NOT_SENT);
    EXPECT_TRUE(fake_.dials().empty());
}

TEST_F(Tls, AKeptConnectionThatDiesUnansweredIsDialedOnce) {
    nlohmann::json known = options();
    known["ca_file"] = certificate_.file();
    ProviderFace provider(known);
    EXPECT_EQ(provider.start().answer, EBRA_START_PLACED);
    fake_.plan({{"fault", "close"}});

    EXPECT_EQ(provider.start().answer, EBRA_START_UNKNOWN);
    EXPECT_EQ(fake_.dials().size(), 2u);
}

}  // namespace
}  // namespace ebra::provider_http::test
