#include "fate.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ebra::sim {

namespace {

constexpr int kSerialBits = 53;

/// FNV-1a: std::hash may differ from build to build.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : text) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001b3;
    }
    return hash;
}

/// SplitMix64: good enough to draw with, and the same everywhere.
class Draws {
 public:
    explicit Draws(std::uint64_t state) : state_(state) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// Evenly from [0, 100).
    double percent() { return static_cast<double>(next() >> 11) * 0x1.0p-53 * 100; }

    std::int64_t in(const Span& span) {
        const auto width = static_cast<std::uint64_t>(span.max_ms - span.min_ms) + 1;
        return span.min_ms + static_cast<std::int64_t>(next() % width);
    }

 private:
    std::uint64_t state_;
};

/// The choice whose slice of the hundred `drawn` falls into.
template <typename Choice, std::size_t N>
Choice pick(double drawn, const std::array<std::pair<double, Choice>, N>& slices,
            Choice otherwise) {
    for (const auto& [percent, choice] : slices) {
        if (drawn < percent) return choice;
        drawn -= percent;
    }
    return otherwise;
}

}  // namespace

Fate draw_fate(const Options& options, std::string_view reference) {
    Draws draws(Draws(options.seed).next() ^ hash_of(reference));
    Fate fate;
    // Every value is drawn every time, in this order, so that one option changes nothing else.
    fate.start = pick<StartFate, 4>(draws.percent(),
                                    {{{options.refuse_transient, StartFate::kRefusedTransient},
                                      {options.refuse_permanent, StartFate::kRefusedPermanent},
                                      {options.no_capacity, StartFate::kNoCapacity},
                                      {options.lost_answer, StartFate::kLostAnswer}}},
                                    StartFate::kPlaced);
    fate.ending = pick<Ending, 3>(draws.percent(),
                                  {{{options.fail, Ending::kFailed},
                                    {options.busy, Ending::kBusy},
                                    {options.no_answer, Ending::kNoAnswer}}},
                                  Ending::kCompleted);
    fate.webhook = pick<WebhookFault, 5>(draws.percent(),
                                         {{{options.webhook_early, WebhookFault::kEarly},
                                           {options.webhook_duplicate, WebhookFault::kDuplicate},
                                           {options.webhook_reordered, WebhookFault::kReordered},
                                           {options.webhook_late, WebhookFault::kLate},
                                           {options.webhook_missing, WebhookFault::kMissing}}},
                                         WebhookFault::kNone);
    fate.answer_ms = draws.in(options.answer_ms);
    fate.ring_ms = draws.in(options.ring_ms);
    fate.talk_ms = draws.in(options.talk_ms);
    fate.serial = draws.next() >> (64 - kSerialBits);
    if (!options.auto_callback) fate.webhook = WebhookFault::kNone;
    if (fate.webhook == WebhookFault::kEarly) {
        fate.ring_ms = std::min(fate.ring_ms, kEarlyPhaseMsMax);
        fate.talk_ms = std::min(fate.talk_ms, kEarlyPhaseMsMax);
    }
    if (fate.ending != Ending::kCompleted) fate.talk_ms = 0;
    return fate;
}

std::string_view name_of(Ending ending) {
    switch (ending) {
        case Ending::kCompleted:
            return "completed";
        case Ending::kFailed:
            return "failed";
        case Ending::kBusy:
            return "busy";
        case Ending::kNoAnswer:
            return "no_answer";
    }
    return "completed";
}

std::string_view status_of(Ending ending) {
    switch (ending) {
        case Ending::kCompleted:
            return "COMPLETED";
        case Ending::kFailed:
            return "FAILED";
        case Ending::kBusy:
            return "BUSY";
        case Ending::kNoAnswer:
            return "NO_ANSWER";
    }
    return "COMPLETED";
}

}  // namespace ebra::sim
