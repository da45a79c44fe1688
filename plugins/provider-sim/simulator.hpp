/// @file
/// Simulator: a provider whose phones do not exist. One per configured provider; every public
/// function is thread-safe and does not wait, but for one short append to the ledger per dial. It
/// never asks the network for anything but to deliver its webhooks.
#pragma once

#include "ledger_file.hpp"
#include "live_calls.hpp"
#include "lookups.hpp"
#include "loop.hpp"
#include "open_operations.hpp"
#include "options.hpp"

#include "ebra/abi/ebra.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

namespace ebra::sim {

class Simulator {
 public:
    /// Opens the ledger and starts the thread. Throws LedgerTrouble. `host` must outlive this.
    Simulator(const ebra_host* host, Options options);

    /// Completes every open operation: a start that was dialed as PLACED, a lost one as UNKNOWN, a
    /// question as UNABLE. Webhooks not delivered yet are dropped, as by a process that ends.
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    std::uint64_t capabilities() const;
    std::int64_t visibility_delay_ms() const;

    /// See ebra_provider.start_call, query_call and cancel_call.
    ebra_status start(const ebra_start_request& request, ebra_op op, ebra_error* error);
    ebra_status query(const ebra_placement_request& request, ebra_op op, ebra_error* error);
    ebra_status cancel(const ebra_placement_request& request, ebra_op op, ebra_error* error);

 private:
    using CallPtr = std::shared_ptr<DialedCall>;

    // A start.
    ebra_status end_unsent(ebra_op op);
    bool is_refused(const Fate& fate, ebra_op op);
    ebra_status dial(const CallPtr& call, const ebra_start_request& request, ebra_error* error);
    void answer_start(const CallPtr& call);
    void answer_after(ebra_op op, Answer answer, std::int64_t delay_ms);

    // A call's end, on the loop's thread.
    void ended(const CallPtr& call);
    void owe_webhook(const CallPtr& call, std::string body);
    void send_webhook(const CallPtr& call, const std::string& body);
    void hold_back(const CallPtr& call, std::string body);
    void release_held(std::uint64_t up_to);
    void post(const CallPtr& call, const std::string& body, bool is_the_one);
    bool owes_webhook(const DialedCall& call) const;

    void cancel_live(const CallPtr& call, ebra_op op);
    ebra_status look_up(const ebra_placement_request& request, ebra_error* error,
                        std::function<void(bool, const LedgerEntry*)> answer);
    void warn_once_without_url();

    struct Held {
        std::uint64_t number;
        CallPtr call;
        std::string body;
    };

    const ebra_host* const host_;
    const Options options_;
    LedgerFile ledger_;
    OpenOperations operations_;
    LiveCalls live_;
    std::atomic<bool> has_warned_{false};
    std::deque<Held> held_;        // The loop thread's.
    std::uint64_t next_held_ = 0;  // The loop thread's.
    Lookups lookups_;
    Loop loop_;
};

}  // namespace ebra::sim
