/// @file
/// Provider: the C++ face of one configured provider. Owned by the engine, thread-safe; no call
/// blocks. A plugin that throws is caught here: a start is then UNKNOWN, never "not sent".
#pragma once

#include "call.hpp"
#include "clock.hpp"

#include "ebra/abi/ebra.h"
#include "ebra/result.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

/// What a provider says about a call; owns its text. See `ebra_event`.
struct ProviderEvent {
    std::int32_t kind = 0;  ///< EBRA_EVENT_*
    Outcome outcome = Outcome::kNone;
    Disposition disposition = Disposition::kNone;
    bool is_verified = false;
    std::string provider_call_id;
    std::string reference;
    std::string dedup_key;
    std::string reason;
    std::string provider_state;
    TimeMs occurred_at = 0;
    CallDetails details;
};

/// How an operation ended; owns its text. See `ebra_op_result`.
struct OperationResult {
    std::int32_t answer = 0;  ///< EBRA_START_*, EBRA_FOUND ..., EBRA_CANCEL_*
    ErrorClass error_class = ErrorClass::kNone;
    std::int32_t http_status = 0;
    std::int64_t retry_after_ms = 0;
    std::string provider_call_id;
    std::string provider_state;
    std::string message;
    std::optional<ProviderEvent> event;
};

/// Owning copies, cut to the sizes the ABI allows.
OperationResult from_abi(const ebra_op_result& result);
ProviderEvent from_abi(const ebra_event& event);

/// A webhook as it came in.
struct RawWebhook {
    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string peer;
};

/// What the plugin made of a webhook.
struct WebhookReading {
    std::vector<ProviderEvent> events;
    std::int32_t reply_status = 0;  ///< 0 = the plugin wants no particular answer.
    std::string reply_content_type;
    std::string reply_body;
};

struct StartRequest {
    std::string reference;
    std::string callback_url;
    std::uint32_t timeout_ms = 0;
    MonotonicNs send_by_ns = 0;
};

class Provider {
 public:
    /// `table` and `self` must outlive this. `name` is the one in the config.
    Provider(std::string name, const ebra_provider* table, void* self);

    const std::string& name() const { return name_; }
    bool can_query() const { return can(EBRA_PROVIDER_QUERY); }
    bool can_cancel() const { return can(EBRA_PROVIDER_CANCEL); }
    bool reads_webhooks() const { return can(EBRA_PROVIDER_WEBHOOKS); }
    /// True when its webhooks go to /callbacks/{name} and not to /callbacks/call-status.
    bool has_own_callback_path() const;
    std::int64_t visibility_delay_ms() const { return visibility_delay_ms_; }

    /// True once it has thrown: it is then not offered any more work.
    bool is_faulty() const { return is_faulty_.load(); }

    /// Hands a start to the plugin. ok: `op` will be completed. kInDoubt: it threw; nobody knows.
    /// Any other error: certainly not sent.
    Status start(const Call& call, const StartRequest& request, ebra_op op);

    /// Asks about `call`'s placement. ok: `op` will be completed.
    Status query(const Call& call, std::uint32_t timeout_ms, ebra_op op);

    /// Has `call`'s placement ended. ok: `op` will be completed; the end comes as an event.
    Status cancel(const Call& call, std::uint32_t timeout_ms, ebra_op op);

    /// Verifies and reads a webhook; `now` is the store's time. kUnauthenticated, kInvalidArgument.
    Result<WebhookReading> read_webhook(const RawWebhook& webhook, TimeMs now);

 private:
    bool can(std::uint64_t bit) const { return (capabilities_ & bit) != 0; }
    using PlacementFunction = ebra_status (*)(void* self, const ebra_placement_request* request,
                                              ebra_op op, ebra_error* error);
    Status call_about_placement(const char* where, PlacementFunction function, const Call& call,
                                std::uint32_t timeout_ms, ebra_op op);
    template <typename Body>
    Status call_plugin(const char* where, Body&& body);

    const std::string name_;
    const ebra_provider* const table_;
    void* const self_;
    const std::uint64_t capabilities_;
    const std::int64_t visibility_delay_ms_;
    std::atomic<bool> is_faulty_{false};
};

}  // namespace ebra
