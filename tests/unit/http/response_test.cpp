#include "http/response.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

TEST(Response, Head_SaysLengthTypeAndFurtherHeaders) {
    const HttpResponse response{201, "application/json", {{"Location", "/calls/1"}}, "{}"};

    const auto head = response_head(response, {});

    ASSERT_TRUE(head.ok());
    EXPECT_EQ(head.value(),
              "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
              "Location: /calls/1\r\n\r\n");
}

TEST(Response, Connection_IsSaidOnlyWhereTheDefaultDiffers) {
    const HttpResponse response{200, "", {}, ""};

    EXPECT_EQ(response_head(response, {false, false, true}).value(),
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(response_head(response, {false, true, false}).value(),
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Response, NoContent_HasNeitherLengthNorBody) {
    const HttpResponse response{204, "", {}, "ignored"};

    EXPECT_EQ(response_head(response, {}).value(), "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_FALSE(has_body_on_wire(response, {}));
}

TEST(Response, HeadersThatCouldBreakTheFraming_AreRefused) {
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"X-A", "a\r\nX-B: b"},
                                                          {"X-A", "a\nb"},
                                                          {"X A", "a"},
                                                          {"", "a"},
                                                          {"X:", "a"},
                                                          {"Content-Length", "3"},
                                                          {"transfer-encoding", "chunked"},
                                                          {"CONNECTION", "close"}}) {
        EXPECT_FALSE(response_head({200, "", {{name, value}}, ""}, {}).ok()) << name;
    }
    EXPECT_FALSE(response_head({200, "text/plain\r\nX: y", {}, ""}, {}).ok());
    EXPECT_FALSE(response_head({199, "", {}, ""}, {}).ok());
    EXPECT_FALSE(response_head({600, "", {}, ""}, {}).ok());
}

}  // namespace
}  // namespace ebra
