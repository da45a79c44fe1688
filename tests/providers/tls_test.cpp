// Over TLS: who cannot prove who he is gets nothing, and that is certainly not sent.
#include "fake_process.hpp"
#include "provider_face.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::FakeProvider;

/// A folder with a certificate for 127.0.0.1 that signs itself.
class Tls : public ::testing::Test {
 protected:
    Tls() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ebra-tls-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        const std::string command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
            "-subj /CN=fake -addext subjectAltName=IP:127.0.0.1 -keyout " +
            key() + " -out " + certificate() + " 2>/dev/null";
        EXPECT_EQ(std::system(command.c_str()), 0) << "install openssl";
        fake_ =
            std::make_unique<FakeProvider>(std::vector<std::string>{"--tls", certificate(), key()});
    }
    ~Tls() override { std::filesystem::remove_all(folder_); }

    std::string certificate() const { return (folder_ / "certificate.pem").string(); }
    std::string key() const { return (folder_ / "key.pem").string(); }
    nlohmann::json options() const {
        return {{"preset", "generic"}, {"base_url", fake_->tls_url() + "/generic"}};
    }

    std::filesystem::path folder_;
    std::unique_ptr<FakeProvider> fake_;
};

TEST_F(Tls, AKnownCertificateIsTrusted) {
    nlohmann::json known = options();
    known["ca_file"] = certificate();
    ProviderFace provider(known);

    const SeenResult result = provider.start();

    EXPECT_EQ(result.answer, EBRA_START_PLACED) << result.message;
    EXPECT_EQ(fake_->dials().size(), 1u);
}

TEST_F(Tls, AnUnknownCertificateGetsNothing) {
    ProviderFace provider(options());

    const SeenResult result = provider.start();

    EXPECT_EQ(result.answer, EBRA_START_NOT_SENT);
    EXPECT_EQ(result.error_class, EBRA_CLASS_TRANSIENT);
    EXPECT_TRUE(fake_->dials().empty());
}

TEST_F(Tls, ACertificateForAnotherNameGetsNothing) {
    nlohmann::json other = options();
    other["ca_file"] = certificate();
    std::string url = other["base_url"];
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    other["base_url"] = url;
    ProviderFace provider(other);

    EXPECT_EQ(provider.start().answer, EBRA_START_NOT_SENT);
    EXPECT_TRUE(fake_->dials().empty());
}

TEST_F(Tls, AKeptConnectionThatDiesUnansweredIsDialedOnce) {
    nlohmann::json known = options();
    known["ca_file"] = certificate();
    ProviderFace provider(known);
    EXPECT_EQ(provider.start().answer, EBRA_START_PLACED);
    fake_->plan({{"fault", "close"}});

    EXPECT_EQ(provider.start().answer, EBRA_START_UNKNOWN);
    EXPECT_EQ(fake_->dials().size(), 2u);
}

}  // namespace
}  // namespace ebra::provider_http::test
