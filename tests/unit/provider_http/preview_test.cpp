// The preview over the C ABI: what it shows is what a start sends, without anything secret.
#include "http_service.hpp"
#include "provider_face.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <mutex>
#include <set>
#include <sstream>
#include <unistd.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::HttpService;
using ebra::test::ServedReply;
using ebra::test::ServedRequest;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Keeps every request that reaches it.
class Listener {
 public:
    Listener()
        : server_([this](const ServedRequest& request) {
              const std::lock_guard lock(mutex_);
              requests_.push_back(request);
              return ServedReply{};
          }) {}

    std::string url() const { return server_.url(); }
    std::uint64_t connections() const { return server_.connections(); }
    std::vector<ServedRequest> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

 private:
    std::mutex mutex_;
    std::vector<ServedRequest> requests_;  // Guarded by mutex_.
    HttpService server_;
};

/// A preview taken apart.
struct Shown {
    explicit Shown(const std::string& text) {
        const std::size_t end = text.find("\n\n");
        std::istringstream head(text.substr(0, end));
        std::getline(head, line);
        for (std::string one; std::getline(head, one);) {
            std::string name = one.substr(0, one.find(": "));
            for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
            headers[name] = one.substr(one.find(": ") + 2);
        }
        if (end != std::string::npos) body = text.substr(end + 2);
    }

    std::string line;
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;
};

/// One config per way of showing who sends, with the secrets in it.
struct Vendor {
    std::string preset;
    json options;
    std::vector<std::string> secrets;
    std::string header;  ///< The one that shows who sends, lower case.
    std::string shown;   ///< What is left of it.
};

std::vector<Vendor> vendors() {
    return {
        {"generic", {{"api_key", "key-12345"}}, {"key-12345"}, "authorization", "Bearer ***"},
        {"bland",
         {{"api_key", "key-12345"}, {"webhook_secret", "hook-12345"}},
         {"key-12345", "hook-12345"},
         "authorization",
         "***"},
        {"twilio",
         {{"account_sid", "AC1"},
          {"auth_token", "token-12345"},
          {"from_number", "+15550000001"},
          {"url", "https://agent.example.com/twiml"}},
         {"token-12345", "QUMxOnRva2VuLTEyMzQ1"},  // The second: base64 of "AC1:token-12345".
         "authorization",
         "Basic ***"},
        {"livekit",
         {{"api_key", "APIkey1"}, {"api_secret", "secret-12345"}, {"sip_trunk_id", "ST_1"}},
         {"secret-12345", "eyJ"},  // The second: how a token begins that this secret has signed.
         "authorization",
         "Bearer ***"},
    };
}

class PreviewOf : public ::testing::TestWithParam<Vendor> {
 protected:
    json options() const {
        json made = GetParam().options;
        made["preset"] = GetParam().preset;
        made["base_url"] = listener_.url();
        made["late_answer_ms"] = 0;
        return made;
    }

    Listener listener_;
};

TEST_P(PreviewOf, IsWhatAStartSends) {
    ProviderFace provider(options());
    ASSERT_EQ(provider.status(), EBRA_OK) << provider.message();

    const PreviewReading preview = provider.preview();
    provider.start();

    ASSERT_EQ(preview.status, EBRA_OK) << provider.message();
    EXPECT_EQ(preview.puts, 1u);
    ASSERT_EQ(listener_.requests().size(), 1u);
    const ServedRequest sent = listener_.requests().front();
    const Shown shown(preview.text);
    EXPECT_EQ(shown.line, sent.method + " " + listener_.url() + sent.target);
    EXPECT_EQ(shown.body, sent.body);
    EXPECT_THAT(shown.body, HasSubstr("15551234567"));
    const std::set<std::string> by_the_transport = {"host", "accept", "content-length"};
    for (const auto& [name, value] : sent.headers) {
        if (by_the_transport.contains(name)) continue;
        ASSERT_TRUE(shown.headers.contains(name)) << name;
        const bool shows_sender = name == GetParam().header;
        EXPECT_EQ(shown.headers.at(name), shows_sender ? GetParam().shown : value) << name;
    }
    for (const auto& [name, value] : shown.headers)
        EXPECT_TRUE(sent.headers.contains(name)) << name;
}

TEST_P(PreviewOf, ShowsNoSecretAndNothingMadeOfOne) {
    ProviderFace provider(options());

    const PreviewReading preview = provider.preview();

    EXPECT_EQ(preview.status, EBRA_OK) << provider.message();
    for (const std::string& secret : GetParam().secrets) {
        EXPECT_THAT(preview.text, Not(HasSubstr(secret)));
    }
    EXPECT_EQ(Shown(preview.text).headers[GetParam().header], GetParam().shown);
}

TEST_P(PreviewOf, ConnectsToNobody) {
    {
        ProviderFace provider(options());
        for (int n = 0; n < 10; ++n) EXPECT_EQ(provider.preview().status, EBRA_OK);
        provider.destroy();
        EXPECT_EQ(provider.host().done(), 0u);
    }

    EXPECT_EQ(listener_.connections(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Presets, PreviewOf, ::testing::ValuesIn(vendors()),
                         [](const auto& one) { return one.param.preset; });

/// A preset of somebody's own, in a file for as long as a test runs.
class OwnPreset : public ::testing::Test {
 protected:
    OwnPreset() {
        std::string name = (std::filesystem::temp_directory_path() / "ebra-preset-XXXXXX").string();
        const int descriptor = mkstemp(name.data());
        if (descriptor >= 0) close(descriptor);
        file_ = name;
    }
    ~OwnPreset() override { std::filesystem::remove(file_); }

    json options(const std::string& start, const json& more = json::object()) {
        std::ofstream(file_) << "name = \"mine\"\nsummary = \"mine\"\n"
                                "speaks_call_status = true\n"
                                "[options.api_key]\nhelp = \"the key\"\nsecret = true\n"
                                "[start]\nid = \"{body.id}\"\nsuccess = { status = 200 }\n"
                             << start;
        json made = {{"preset_file", file_.string()}, {"base_url", "http://127.0.0.1:1"}};
        made.update(more);
        return made;
    }

    std::filesystem::path file_;
};

TEST_F(OwnPreset, MayPutASecretIntoTheUrlAndTheBodyAndItIsNotShown) {
    ProviderFace provider(
        options("url = \"{base_url}/c?key={option.api_key}\"\n"
                "[start.body]\nkey = \"{option.api_key}\"\nto = \"{to}\"\n",
                {{"api_key", "a\"b/c d"},
                 {"headers", {{"X-Token", "header-secret"}, {"X-Region", "eu"}}},
                 {"body", {{"again", "key {option.api_key}"}, {"twice", "say header-secret"}}}}));
    ASSERT_EQ(provider.status(), EBRA_OK) << provider.message();

    const std::string text = provider.preview().text;

    EXPECT_THAT(text, StartsWith("POST http://127.0.0.1:1/c?key=%2A%2A%2A\n"));
    EXPECT_THAT(text, HasSubstr("\nX-Token: ***\n"));
    EXPECT_THAT(text, HasSubstr("\nX-Region: eu\n"));
    const json body = json::parse(Shown(text).body);
    EXPECT_EQ(body,
              (json{{"again", "key ***"}, {"key", "***"}, {"to", kTo}, {"twice", "say ***"}}));
}

TEST_F(OwnPreset, RequestThatCannotBeMadeIsRefusedWithTheReasonAStartGives) {
    ProviderFace provider(options("url = \"{base_url}/{metadata.desk}\"\n"));
    ASSERT_EQ(provider.status(), EBRA_OK) << provider.message();

    const PreviewReading preview = provider.preview();
    const std::string said = provider.message();

    EXPECT_EQ(preview.status, EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(preview.puts, 0u);
    EXPECT_THAT(said, HasSubstr("URL has no value"));
    EXPECT_EQ(provider.start().message, said);
}

TEST_F(OwnPreset, SecretThatWouldBreakAHeaderIsRefusedThoughItIsMasked) {
    ProviderFace provider(
        options("url = \"{base_url}/c\"\nheaders = { X-Key = \"{option.api_key}\" }\n",
                {{"api_key", "first\r\nsecond"}}));
    ASSERT_EQ(provider.status(), EBRA_OK) << provider.message();

    EXPECT_EQ(provider.preview().status, EBRA_INVALID_ARGUMENT);
    EXPECT_THAT(provider.message(), HasSubstr("more than one line"));
}

}  // namespace
}  // namespace ebra::provider_http::test
