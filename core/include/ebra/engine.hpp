/// @file
/// Engine: the one header the API includes. Owns plugins, store, providers and the engine's
/// threads; everything asked of it is answered through a callback, writes only after their commit.
/// Thread-safe between start() and stop(). It knows nothing of HTTP.
#pragma once

#include "ebra/call.hpp"
#include "ebra/config.hpp"
#include "ebra/metrics.hpp"
#include "ebra/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ebra {

struct Step;

/// What this process does. An api node stores and settles calls and never dials; a worker dials and
/// takes no requests but callbacks.
enum class Role { kAll, kApi, kWorker };

/// A call to enqueue. Validated by the caller: `to` is E.164, `metadata_json` a JSON object.
struct CallRequest {
    std::string to;
    std::string script_id;
    std::string metadata_json;
    std::string idempotency_key;  ///< Empty = none.
    std::string request_digest;   ///< What the key stands for.
};

/// What became of an enqueue.
struct Enqueued {
    enum class Kind {
        kStored,     ///< New.
        kReplayed,   ///< The same key and request were seen before: `call` is that call.
        kKeyReused,  ///< The key stands for another request: `call` is that one's.
    };
    Kind kind = Kind::kStored;
    Call call;
};

/// A change of a PENDING call; each field that is set replaces the old one whole.
struct CallChange {
    std::string id;
    std::optional<std::string> to;
    std::optional<std::string> script_id;
    std::optional<std::string> metadata_json;
};

/// A callback in Ebra's own form, authenticated by the caller.
struct StatusCallback {
    std::string ref;               ///< The sealed reference from the URL; empty = none.
    std::string provider_call_id;  ///< Empty = not given.
    std::string call_id;           ///< Ours or the provider's; empty = not given.
    Outcome outcome = Outcome::kNone;
    Disposition disposition = Disposition::kNone;
    std::string reason;
    std::string dedup_key;          ///< Empty = none.
    std::int64_t completed_at = 0;  ///< 0 = not given.
    std::int64_t duration_ms = -1;  ///< -1 = not given.
};

/// A webhook in a provider's own form, untouched.
struct ProviderWebhook {
    std::string provider;  ///< From the path.
    std::string ref;       ///< The sealed reference from the URL; empty = none.
    std::string method;
    std::string url;  ///< As the outside calls it.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string peer;
};

/// What became of a callback, after the commit.
struct CallbackAnswer {
    enum class Kind {
        kApplied,   ///< Recorded, and the call moved.
        kRecorded,  ///< Recorded or seen before; nothing moved.
        kKept,      ///< Belongs to no call known yet; kept until one turns up.
    };
    Kind kind = Kind::kRecorded;
    std::optional<Call> call;
    std::int32_t reply_status =
        0;  ///< What the provider's plugin wants answered; 0 = nothing special.
    std::string reply_content_type;
    std::string reply_body;
};

/// Whether this node can do its work.
struct Readiness {
    bool is_ready = false;
    std::vector<std::string> reasons;  ///< Why not; empty when ready.
};

/// What to do with calls in flight at providers that the config no longer has, by provider: "keep"
/// leaves them to callbacks and, after stale_after, to on_unknown; "retry" and "fail" stand in for
/// on_unknown there.
using OrphanPolicies = std::map<std::string, std::string>;

class Engine {
 public:
    template <typename T>
    using Reply = std::function<void(Result<T>)>;

    /// Loads the plugins the config names, opens the store (which migrates), makes the providers.
    /// On failure the error names plugin and rule, and nothing stays behind. kConflict: a provider
    /// that is not in the config has calls in flight and no policy in `orphans`. Blocks.
    static Result<std::unique_ptr<Engine>> open(const Config& config, Role role,
                                                const OrphanPolicies& orphans = {});

    ~Engine();

    /// Starts the threads. `public_url` is where providers call back, e.g. "http://127.0.0.1:3000".
    /// Once. Blocks until the node has its lease.
    Status start(const std::string& public_url);

    /// The first half of stopping: not ready any more, no new claims, unsent claims are released,
    /// starts under way are waited for until `deadline_ms` from now. Requests and callbacks are
    /// still taken. Blocks.
    void drain(std::int64_t deadline_ms);

    /// The second half, once nobody asks any more: what is still unanswered becomes UNKNOWN, every
    /// step is committed, until `deadline_ms` from now, and the lease is ended. Blocks.
    void stop(std::int64_t deadline_ms);

    /// Stores a call. kUnavailable when the queue is full or the store is away. Answered once.
    void enqueue(CallRequest request, Reply<Enqueued> reply);

    /// Changes a call that is PENDING: kNotFound, kConflict otherwise. Answered once.
    void change(CallChange change, Reply<Call> reply);

    /// Cancels a call that is PENDING: kNotFound, kConflict otherwise. Answered once.
    void cancel(const std::string& id, Reply<Call> reply);

    /// Maps a provider's id to a call by hand: kNotFound; kConflict when it belongs to another.
    void map(const std::string& id, const std::string& provider,
             const std::string& provider_call_id, Reply<Call> reply);

    /// Settles by callback. kUnauthenticated: the reference's seal is wrong. kNotFound: no such
    /// call. kConflict: the ids are of different calls. kUnavailable: not stored, send it again.
    void callback(StatusCallback callback, Reply<CallbackAnswer> reply);

    /// Hands a webhook to its provider's plugin. kNotFound: no such provider, or it reads none.
    /// kUnauthenticated, kInvalidArgument from the plugin; else as callback().
    void webhook(ProviderWebhook webhook, Reply<CallbackAnswer> reply);

    /// Reading. Answered on a reader thread; kUnavailable when too many reads wait.
    void get(const std::string& id, Reply<std::optional<Call>> reply);
    void find_by_provider_id(const std::string& provider_call_id, Reply<std::vector<Call>> reply);
    void list(std::optional<CallStatus> status, std::uint64_t offset, std::uint64_t limit,
              Reply<std::vector<Call>> reply);
    void counts(Reply<Counts> reply);
    void timeline(const std::string& id, Reply<Timeline> reply);
    void explain(const std::string& id, Reply<std::vector<WhyNot>> reply);
    void readiness(Reply<Readiness> reply);

    const Metrics& metrics() const;
    /// "store-sqlite 0.1.0 (ebra.db)" and the like, for the start-up lines.
    std::vector<std::string> describe() const;

    struct Parts;  ///< Private to the engine's own files.

 private:
    explicit Engine(std::unique_ptr<Parts> parts);
    template <typename T, typename Read>
    void read(Reply<T> reply, Read&& read);
    void submit(Step step, Reply<Call> reply);

    std::unique_ptr<Parts> parts_;
};

}  // namespace ebra
