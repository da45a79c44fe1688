#include "call.hpp"

#include <array>
#include <utility>

namespace ebra {

namespace {

template <typename Enum, std::size_t size>
using Names = std::array<std::pair<Enum, std::string_view>, size>;

constexpr Names<CallStatus, 6> kStatusNames{{
    {CallStatus::kPending, "PENDING"},
    {CallStatus::kInProgress, "IN_PROGRESS"},
    {CallStatus::kCompleted, "COMPLETED"},
    {CallStatus::kFailed, "FAILED"},
    {CallStatus::kCanceled, "CANCELED"},
    {CallStatus::kExpired, "EXPIRED"},
}};

constexpr Names<PlacementState, 6> kPlacementNames{{
    {PlacementState::kClaimed, "CLAIMED"},
    {PlacementState::kPlaced, "PLACED"},
    {PlacementState::kUnknown, "UNKNOWN"},
    {PlacementState::kReleased, "RELEASED"},
    {PlacementState::kRefused, "REFUSED"},
    {PlacementState::kEnded, "ENDED"},
}};

constexpr Names<Outcome, 2> kOutcomeNames{{
    {Outcome::kCompleted, "COMPLETED"},
    {Outcome::kFailed, "FAILED"},
}};

constexpr Names<Disposition, 11> kDispositionNames{{
    {Disposition::kAnswered, "answered"},
    {Disposition::kVoicemail, "voicemail"},
    {Disposition::kNoAnswer, "no_answer"},
    {Disposition::kBusy, "busy"},
    {Disposition::kDeclined, "declined"},
    {Disposition::kInvalidNumber, "invalid_number"},
    {Disposition::kCapacity, "capacity"},
    {Disposition::kProviderFault, "provider_fault"},
    {Disposition::kCanceled, "canceled"},
    {Disposition::kGivenUp, "given_up"},
    {Disposition::kNotSent, "not_sent"},
}};

constexpr Names<ErrorClass, 5> kClassNames{{
    {ErrorClass::kPermanent, "permanent"},
    {ErrorClass::kTransient, "transient"},
    {ErrorClass::kCapacity, "capacity"},
    {ErrorClass::kConfiguration, "configuration"},
    {ErrorClass::kBilling, "billing"},
}};

constexpr Names<std::int32_t, 19> kEntryNames{{
    {EBRA_STEP_ACCEPTED, "accepted"},
    {EBRA_STEP_LOST, "lost"},
    {EBRA_STEP_NOT_SENT, "not_sent"},
    {EBRA_STEP_REFUSED, "refused"},
    {EBRA_STEP_ENDED, "ended"},
    {EBRA_STEP_ENRICH, "enriched"},
    {EBRA_STEP_PROGRESS, "progress"},
    {EBRA_STEP_RELEASE, "released"},
    {EBRA_STEP_RETRY, "retry"},
    {EBRA_STEP_FAIL, "failed"},
    {EBRA_STEP_GIVE_UP, "given_up"},
    {EBRA_STEP_CANCEL, "canceled"},
    {EBRA_STEP_MAP, "mapped"},
    {EBRA_ENTRY_ENQUEUED, "enqueued"},
    {EBRA_ENTRY_PATCHED, "patched"},
    {EBRA_ENTRY_CLAIMED, "claimed"},
    {EBRA_ENTRY_NODE_LOST, "node_lost"},
    {EBRA_ENTRY_EXPIRED, "expired"},
    {0, "unknown"},
}};

constexpr Names<std::int32_t, 13> kWhyNames{{
    {EBRA_WHY_IN_PROGRESS, "in_progress"},
    {EBRA_WHY_TERMINAL, "terminal"},
    {EBRA_WHY_BACKOFF, "backoff"},
    {EBRA_WHY_PHONE_BUSY, "phone_busy"},
    {EBRA_WHY_CAP, "cap"},
    {EBRA_WHY_RATE, "rate"},
    {EBRA_WHY_PAUSED, "paused"},
    {EBRA_WHY_BLOCKED, "blocked"},
    {EBRA_WHY_NO_NODE, "no_node"},
    {EBRA_WHY_NEXT, "next"},
    {EBRA_WHY_UNKNOWN, "unknown"},
    {EBRA_WHY_UNDECIDED, "undecided"},
    {EBRA_WHY_PHONE_RESTING, "phone_resting"},
}};

template <typename Table, typename Value>
std::string_view find_name(const Table& table, Value value) {
    for (const auto& [candidate, name] : table) {
        if (candidate == value) return name;
    }
    return {};
}

}  // namespace

std::string_view name_of(CallStatus status) {
    return find_name(kStatusNames, status);
}

std::string_view name_of(PlacementState state) {
    return find_name(kPlacementNames, state);
}

std::string_view name_of(Outcome outcome) {
    return find_name(kOutcomeNames, outcome);
}

std::string_view name_of(Disposition disposition) {
    return find_name(kDispositionNames, disposition);
}

std::string_view name_of(ErrorClass error_class) {
    return find_name(kClassNames, error_class);
}

std::optional<Disposition> disposition_named(std::string_view name) {
    for (const auto& [disposition, known] : kDispositionNames) {
        if (known == name) return disposition;
    }
    return std::nullopt;
}

std::optional<CallStatus> call_status_named(std::string_view name) {
    for (const auto& [status, candidate] : kStatusNames) {
        if (candidate == name) return status;
    }
    return std::nullopt;
}

bool is_terminal(CallStatus status) {
    return status != CallStatus::kPending && status != CallStatus::kInProgress;
}

bool is_open(PlacementState state) {
    return state == PlacementState::kClaimed || state == PlacementState::kPlaced ||
           state == PlacementState::kUnknown;
}

TimelineEntry from_abi(const ebra_entry& entry) {
    return TimelineEntry{
        .at = entry.at,
        .what = std::string(find_name(kEntryNames, entry.kind)),
        .placement = entry.placement,
        .status = static_cast<CallStatus>(entry.status),
        .outcome = static_cast<Outcome>(entry.outcome),
        .is_applied = entry.applied != 0,
        .provider_call_id = from_abi(entry.provider_call_id),
        .detail = from_abi(entry.detail),
    };
}

WhyNot from_abi(const ebra_reason& reason) {
    return WhyNot{.why = std::string(find_name(kWhyNames, reason.why)),
                  .subject = from_abi(reason.subject),
                  .until = reason.until};
}

}  // namespace ebra
