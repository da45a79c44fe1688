/// @file
/// CallbackSignature: whether a callback comes from one who knows the secret, judged from its raw
/// bytes before anything is parsed. Constant after construction, thread-safe; reads no clock and
/// compares in constant time.
///
/// Two forms are taken. Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`
/// with any number of `v1,<base64>` in it, or the same as `svix-*`) signs id, time and body, and
/// may be no older or newer than kToleranceMs. `X-Signature`, "sha256=<hex>" or bare hex, signs the
/// body alone, so it cannot tell a replay: that is harmless here, as a repeated callback changes
/// nothing.
#pragma once

#include "http/request.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ebra {

class CallbackSignature {
 public:
    static constexpr std::int64_t kToleranceMs = 5 * 60 * 1'000;
    static constexpr std::size_t kSignaturesMax = 16;  ///< Looked at in one header.
    static constexpr std::size_t kIdBytesMax = 256;

    enum class Verdict {
        kGood,
        kMissing,    ///< No signature, or half of one.
        kOutOfTime,  ///< Right or not: too old, or from the future.
        kMismatch,   ///< None of the signatures is right.
    };
    struct Judgement {
        Verdict verdict = Verdict::kMissing;
        std::string webhook_id;  ///< Signed, so it may serve as deduplication key; or empty.
    };

    /// `secret`: "whsec_" and base64 is decoded, any other text is the key as it stands. Empty:
    /// nothing is demanded.
    explicit CallbackSignature(std::string_view secret);

    bool is_demanded() const { return !key_.empty(); }

    /// Judges `request` at `now_ms` of the wall clock. kGood with no id when nothing is demanded.
    Judgement judge(const HttpRequest& request, std::int64_t now_ms) const;

 private:
    Judgement judge_standard(const HttpRequest& request, const std::string& prefix,
                             std::int64_t now_ms) const;
    Judgement judge_plain(const HttpRequest& request) const;

    const std::string key_;
};

}  // namespace ebra
