/// @file
/// FakeProvider: the fake provider server as a process of its own, and its controls. Ends with
/// this.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ebra::test {

class FakeProvider {
 public:
    /// Starts it with further arguments; throws std::runtime_error when it does not listen.
    explicit FakeProvider(const std::vector<std::string>& arguments = {});
    ~FakeProvider();
    FakeProvider(const FakeProvider&) = delete;
    FakeProvider& operator=(const FakeProvider&) = delete;

    /// "http://127.0.0.1:PORT", without a slash.
    const std::string& url() const { return url_; }

    /// Forgets all calls, dials and plans.
    void reset() const { control("reset", nlohmann::json::object()); }

    /// From now on lists hold all calls, whatever was asked for.
    void ignore_filters() const { control("ignore_filters", nlohmann::json::object()); }

    /// What becomes of the next starts: see fake_provider.py.
    void plan(const nlohmann::json& order) const { control("plan", order); }
    void set_outcome(const std::string& call, const std::string& outcome) const;
    /// A signed webhook that is not sent.
    nlohmann::json webhook(const nlohmann::json& order) const { return control("webhook", order); }
    /// The body of such a webhook, which it tells in base64.
    static std::string body_of(const nlohmann::json& signed_webhook);
    /// The URL of its door with TLS, when it was started with --tls.
    std::string tls_url() const { return control("tls", nullptr).at("url"); }
    /// Its door with HTTP/2, when it was started with --h2: url, connections, streams,
    /// most_at_once.
    nlohmann::json h2() const { return control("h2", nullptr); }
    nlohmann::json dials() const { return control("dials", nullptr); }
    nlohmann::json refused() const { return control("refused", nullptr); }
    nlohmann::json calls() const { return control("calls", nullptr); }

 private:
    nlohmann::json control(const std::string& what, const nlohmann::json& order) const;

    pid_t pid_ = -1;
    int input_ = -1;  ///< It ends when this is closed.
    std::string url_;
};

/// One for the whole test program, as new: starting one takes longer than most tests.
FakeProvider& fresh_fake();

}  // namespace ebra::test
