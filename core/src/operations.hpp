/// @file
/// Operations: what was asked of providers and not answered yet. Gives out tokens made of slot and
/// generation, so that a late, doubled or forged completion is recognised. One per node,
/// thread-safe; handlers run on the completing thread, with no lock held.
#pragma once

#include "clock.hpp"

#include "plugin/host.hpp"
#include "plugin/provider.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace ebra {

class Operations final : public OperationSink {
 public:
    /// Operations that timed out and whose true answer is still taken, at most; the oldest go
    /// first.
    static constexpr std::size_t kLateAnswersMax = 10'000;

    /// What to do with an answer. `result` is nothing when the host's time-out ended the operation;
    /// the plugin's true answer may still follow, as a second and last call.
    using Handler = std::function<void(std::optional<OperationResult> result)>;

    explicit Operations(const Clock& clock) : clock_(clock) {}

    /// Opens an operation that ends by itself after `timeout_ms`. Does not block.
    ebra_op begin(std::int64_t timeout_ms, Handler handler);

    /// Closes an operation the plugin did not take on. Its handler is not called.
    void abandon(ebra_op op);

    /// A plugin's completion: see `ebra_host.op_done`.
    ebra_status op_done(ebra_op op, const ebra_op_result& result) noexcept override;

    /// Ends what is past its time-out. Call it every few ten milliseconds.
    void expire();

    /// Operations that are open: begun, and neither answered nor timed out.
    std::size_t open() const;

 private:
    enum class SlotState { kFree, kOpen, kTimedOut };

    struct Slot {
        std::uint32_t generation = 0;
        SlotState state = SlotState::kFree;
        MonotonicNs deadline_ns = 0;
        Handler handler;
    };

    /// The slot of `op` if it is of the current generation and not free. With mutex_ held.
    Slot* find(ebra_op op);
    void free_slot(std::size_t index);
    /// How many late answers were given up.
    std::size_t time_out(std::vector<Handler>& ended);
    /// Forgets the oldest beyond kLateAnswersMax; how many. With mutex_ held.
    std::size_t forget_oldest();

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<Slot> slots_;              // Guarded by mutex_.
    std::vector<std::size_t> free_slots_;  // Guarded by mutex_.
    std::deque<ebra_op> late_;             // Guarded by mutex_; some may be answered.
    std::size_t open_ = 0;                 // Guarded by mutex_.
};

}  // namespace ebra
