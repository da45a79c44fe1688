// Every request of the Postman collection, run against a real server.
#include "load.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <regex>

namespace ebra::integration {
namespace {

std::string filled_in(std::string text, const std::string& call_id) {
    text = std::regex_replace(text, std::regex(R"(\{\{baseUrl\}\})"), "");
    return std::regex_replace(text, std::regex(R"(\{\{callId\}\})"), call_id);
}

TEST(Postman, EveryRequestOfTheCollectionSucceeds) {
    std::ifstream file(EBRA_SOURCE "/examples/postman/postman_collection.json");
    const nlohmann::json collection = nlohmann::json::parse(file);
    TemporaryFolder folder;
    Server server(folder.path(), {});
    server.start();
    HttpClient client(server.url());
    std::string call_id;

    for (const nlohmann::json& item : collection.at("item")) {
        const nlohmann::json& request = item.at("request");
        const nlohmann::json& url = request.at("url");
        const std::string path = filled_in(url.is_string() ? url : url.at("raw"), call_id);
        const std::string body = request.contains("body")
                                     ? filled_in(request["body"].value("raw", ""), call_id)
                                     : std::string();
        HttpClient::Headers headers;
        if (!body.empty()) headers.push_back("Content-Type: application/json");

        const HttpAnswer answer = client.send(request.at("method"), path, body, headers);

        // The worker may have claimed the call before the collection changes it: that is a 409.
        const bool is_fine = (answer.status >= 200 && answer.status < 300) || answer.status == 409;
        EXPECT_TRUE(is_fine) << item.at("name") << ": " << answer.status << " " << answer.body;
        if (answer.status == 201) call_id = answer.json().value("id", "");
    }
    EXPECT_GE(collection.at("item").size(), 6u);
}

}  // namespace
}  // namespace ebra::integration
