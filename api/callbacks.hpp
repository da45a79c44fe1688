/// @file
/// The handlers of /callbacks: Ebra's own form, and any provider's own form handed on untouched.
/// Owned by the router's handlers; any worker may run them, none blocks. An answer below 300 means
/// that what was reported is committed.
#pragma once

#include "callback_signature.hpp"
#include "http/request.hpp"
#include "http/responder.hpp"

#include "ebra/engine.hpp"

#include <cstdint>
#include <functional>
#include <prometheus/counter.h>
#include <string>

namespace ebra {

class CallbackRoutes {
 public:
    /// `engine` must outlive every answer it owes. `wall_ms`: milliseconds since 1970, any thread.
    CallbackRoutes(Engine& engine, std::string_view callback_secret, std::string public_url,
                   std::function<std::int64_t()> wall_ms);

    /// POST /callbacks/call-status. 200 {applied, id, status}, repeats and late ones too; 202 for
    /// an unknown provider id, kept; 400 without an id or a known status; 401 unsigned, with a
    /// secret set; 404 for an unknown id of ours; 409 for ids of different calls; 503: send it
    /// again.
    void take_status(const HttpRequest& request, const Responder& responder) const;

    /// POST or GET /callbacks/:provider. The plugin decides what is authentic and may give the
    /// answer itself.
    void take_webhook(HttpRequest request, const Responder& responder) const;

 private:
    bool is_authentic(const CallbackSignature::Judgement& judgement) const;

    Engine& engine_;
    const CallbackSignature signature_;
    const std::string public_url_;
    const std::function<std::int64_t()> wall_ms_;
    prometheus::Counter& refused_missing_;
    prometheus::Counter& refused_out_of_time_;
    prometheus::Counter& refused_mismatch_;
};

}  // namespace ebra
