/// @file
/// The records of the domain as C++ values: a call, its placements, and what is asked of the engine
/// about them. Plain data: copyable, without behaviour, safe to move between threads.
///
/// Enumerators have the numbers of the C ABI (`ebra/abi/call.h`). DO NOT RENUMBER.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

enum class CallStatus : std::int32_t {
    kPending = 1,
    kInProgress = 2,
    kCompleted = 3,
    kFailed = 4,
    kCanceled = 5,
    kExpired = 6,
};

/// "PENDING", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELED", "EXPIRED".
std::string_view name_of(CallStatus status);
/// The status of that name, exactly as above; nothing for any other text.
std::optional<CallStatus> call_status_named(std::string_view name);
/// True for a status that never changes again.
bool is_terminal(CallStatus status);

enum class PlacementState : std::int32_t {
    kClaimed = 1,
    kPlaced = 2,
    kUnknown = 3,
    kReleased = 4,
    kRefused = 5,
    kEnded = 6,
};

/// "CLAIMED", "PLACED", "UNKNOWN", "RELEASED", "REFUSED", "ENDED".
std::string_view name_of(PlacementState state);
/// True while the placement owns its slot and its phone.
bool is_open(PlacementState state);

enum class Outcome : std::int32_t { kNone = 0, kCompleted = 1, kFailed = 2 };

/// "", "COMPLETED", "FAILED".
std::string_view name_of(Outcome outcome);

enum class Disposition : std::int32_t {
    kNone = 0,
    kAnswered = 1,
    kVoicemail = 2,
    kNoAnswer = 3,
    kBusy = 4,
    kDeclined = 5,
    kInvalidNumber = 6,
    kCapacity = 7,
    kProviderFault = 8,
    kCanceled = 9,
    kGivenUp = 10,
    kNotSent = 11,
};

/// "", "answered", "voicemail", "no_answer", "busy" ...
std::string_view name_of(Disposition disposition);
std::optional<Disposition> disposition_named(std::string_view name);

enum class ErrorClass : std::int32_t {
    kNone = 0,
    kPermanent = 1,
    kTransient = 2,
    kCapacity = 3,
    kConfiguration = 4,
    kBilling = 5,
};

/// "", "permanent", "transient", "capacity", "configuration", "billing".
std::string_view name_of(ErrorClass error_class);

/// Details of a finished conversation; -1 and "" mean "not said".
struct CallDetails {
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency;
    std::string recording_url;
    std::string transcript_url;
};

/// One claim of a call. Times are milliseconds since 1970 by the store's clock; 0 = none.
struct Placement {
    std::uint32_t number = 0;
    PlacementState state = PlacementState::kClaimed;
    Outcome outcome = Outcome::kNone;
    Disposition disposition = Disposition::kNone;
    ErrorClass error_class = ErrorClass::kNone;
    bool is_counted = false;
    std::uint32_t asked = 0;
    std::uint32_t contradictions = 0;
    std::uint64_t claim = 0;
    std::string provider;
    std::string provider_call_id;
    std::string provider_state;
    std::string node;
    std::string reason;
    std::int64_t claimed_at = 0;
    std::int64_t accepted_at = 0;
    std::int64_t ended_at = 0;
    std::int64_t evidence_at = 0;
    std::int64_t ask_at = 0;
    CallDetails details;
};

/// A call: what was asked for, where it stands, and its latest placement.
struct Call {
    std::string id;
    std::string tenant;
    std::string campaign;
    std::string provider;  ///< Pinned provider, empty = any.
    std::string to;        ///< E.164
    std::string script_id;
    std::string metadata_json;
    std::int32_t priority = 0;
    std::int64_t not_before = 0;
    std::int64_t not_after = 0;

    CallStatus status = CallStatus::kPending;
    std::uint32_t attempts = 0;
    bool is_undecided = false;
    /// COMPLETED: an earlier placement completed; the call takes it when its open one closes.
    Outcome fixed_outcome = Outcome::kNone;
    std::string last_error;
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
    std::int64_t started_at = 0;
    std::int64_t ended_at = 0;
    std::int64_t next_run_at = 0;

    std::optional<Placement> placement;
};

/// What the provider and its webhooks know a placement by: call id and placement number.
struct Reference {
    std::string call_id;
    std::uint32_t placement = 0;
};

/// "<call id>.<placement>", the idempotency key of the start.
std::string to_string(const Reference& reference);
/// The reference of that text, or nothing when it is not one.
std::optional<Reference> parse_reference(std::string_view text);

/// One thing in a call's history.
struct TimelineEntry {
    std::int64_t at = 0;
    std::string what;  ///< "enqueued", "claimed", "accepted", "ended" ...
    std::uint32_t placement = 0;
    CallStatus status = CallStatus::kPending;
    Outcome outcome = Outcome::kNone;
    bool is_applied = true;
    std::string provider_call_id;
    std::string detail;
};

/// A call's whole history.
struct Timeline {
    std::vector<Placement> placements;
    std::vector<TimelineEntry> entries;
};

/// A reason why a call is not running.
struct WhyNot {
    std::string why;      ///< "phone_busy", "cap", "backoff" ...
    std::string subject;  ///< The call, limit or number that holds it.
    std::int64_t until = 0;
};

/// How many calls are in which status, and placements in which state.
struct Counts {
    std::int64_t pending = 0, in_progress = 0, completed = 0, failed = 0, canceled = 0, expired = 0;
    std::int64_t claimed = 0, placed = 0, unknown = 0, undecided = 0, parked = 0;
    std::int64_t kept = 0, owed = 0, contradictions = 0;
    std::int64_t oldest_due_at = 0;
};

}  // namespace ebra
