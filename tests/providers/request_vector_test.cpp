// Requests as the vendors' own SDKs send them: a preset asked for the same sends the same.
#include "encoding.hpp"
#include "http_service.hpp"
#include "provider_face.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <mutex>

namespace ebra::provider_http::test {
namespace {

using ebra::test::HttpService;
using ebra::test::RequestVector;
using ebra::test::ServedReply;
using ebra::test::ServedRequest;
using nlohmann::json;

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs sorted_pairs(const std::string& form) {
    Pairs pairs = ebra::test::parse_form(form);
    // What depends on the clock stands in the vectors by name.
    for (auto& [name, value] : pairs) {
        if (name == "createdAtGe") value = "SINCE";
        if (name == "call_start_after_unix") value = "111111";
    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

std::string snake_case(const std::string& name) {
    std::string made;
    for (const char letter : name) {
        const bool is_upper = letter >= 'A' && letter <= 'Z';
        if (is_upper) made += '_';
        made += is_upper ? static_cast<char>(letter + 32) : letter;
    }
    return made;
}

/// An empty body and an empty object are the same to every vendor.
json body_of(const std::string& text, bool is_proto) {
    json body = text.empty() ? json::object() : json::parse(text);
    if (!is_proto) return body;
    json made = json::object();
    for (const auto& [name, value] : body.items()) made[snake_case(name)] = value;
    return made;
}

json claims_in(const std::string& authorization) {
    const std::size_t first = authorization.find('.');
    const std::size_t last = authorization.rfind('.');
    const auto text = from_base64(authorization.substr(first + 1, last - first - 1));
    return json::parse(text.value_or("null"));
}

/// Everything in `asked` is in `held` too; what is held beyond that is not asked about.
void expect_holds(const json& held, const json& asked) {
    for (const auto& [name, value] : asked.items()) {
        ASSERT_TRUE(held.contains(name)) << name;
        if (value.is_object()) {
            expect_holds(held[name], value);
        } else {
            EXPECT_EQ(held[name], value) << name;
        }
    }
}

std::string path_of(const std::string& target) {
    return target.substr(0, target.find('?'));
}

std::string query_of(const std::string& target) {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? "" : target.substr(mark + 1);
}

class RequestVectorsOf : public ::testing::TestWithParam<RequestVector> {
 protected:
    RequestVectorsOf()
        : service_([this](const ServedRequest& request) {
              const std::lock_guard lock(mutex_);
              seen_.push_back(request);
              return ServedReply{};
          }) {}

    ServedRequest sent() {
        json options = GetParam().options;
        options["base_url"] = service_.url() + GetParam().base_path;
        // Webhooks are not the question here.
        const std::vector<std::string> problems = problems_of(options);
        if (!problems.empty()) options["webhook_secret"] = "not asked about";
        ProviderFace provider(options);
        EXPECT_EQ(provider.status(), EBRA_OK) << provider.message();
        GivenCall call;
        call.metadata_json = R"({"customer":"Ann"})";
        if (GetParam().what != "start" && GetParam().what != "reconcile") {
            call.provider_call_id = "call-1";
            call.provider_state = GetParam().state.dump();
        }
        if (GetParam().what == "start") {
            provider.start(call);
        } else if (GetParam().what == "cancel") {
            provider.cancel(call);
        } else {
            provider.query(call);
        }
        const std::lock_guard lock(mutex_);
        EXPECT_EQ(seen_.size(), 1u) << provider.message();
        return seen_.empty() ? ServedRequest{} : seen_.front();
    }

    std::mutex mutex_;
    std::vector<ServedRequest> seen_;  // Guarded by mutex_.
    HttpService service_;
};

TEST_P(RequestVectorsOf, IsWhatThePresetSends) {
    SCOPED_TRACE(GetParam().made_by);
    ServedRequest ours = sent();

    EXPECT_EQ(ours.method, GetParam().method);
    EXPECT_EQ(path_of(ours.target), path_of(GetParam().target));
    EXPECT_EQ(sorted_pairs(query_of(ours.target)), sorted_pairs(query_of(GetParam().target)));
    for (const auto& [name, value] : GetParam().headers.items()) {
        const bool has_claims = name == "authorization" && GetParam().claims.is_object();
        if (has_claims) {
            expect_holds(claims_in(ours.headers[name]), GetParam().claims);
        } else if (name != "content-type") {
            EXPECT_EQ(ours.headers[name], value) << name;
        }
    }
    const std::string type = GetParam().headers.value("content-type", "");
    const bool has_body = !GetParam().body.empty() && GetParam().body != "{}";
    EXPECT_EQ(has_body ? ours.headers["content-type"] : "",
              has_body ? type.substr(0, type.find(';')) : "");
    if (type.rfind("application/x-www-form-urlencoded", 0) == 0) {
        EXPECT_EQ(sorted_pairs(ours.body), sorted_pairs(GetParam().body));
    } else {
        EXPECT_EQ(body_of(ours.body, false), body_of(GetParam().body, GetParam().is_proto));
    }
}

INSTANTIATE_TEST_SUITE_P(Sdks, RequestVectorsOf, ::testing::ValuesIn(ebra::test::request_vectors()),
                         [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace ebra::provider_http::test
