/// @file
/// SimulatedProvider: the provider plugin of a simulated node: `ebra.provider/1` over the phone
/// system. It keeps the plugin's duties (send_by, one send per operation) and meets the phone
/// system's moods. One per node and provider, one thread.
#pragma once

#include "phone_system.hpp"

#include <optional>
#include <string>

namespace ebra::simulation {

class SimulatedNode;

/// What an answer says of the call itself.
struct AnswerEvent {
    std::int32_t kind = 0;
    std::int32_t outcome = 0;
    std::string provider_call_id;
};

/// How an operation ends.
struct Answer {
    std::int32_t answer = 0;
    std::int32_t error_class = 0;
    std::int64_t retry_after_ms = 0;
    std::string provider_call_id;
    std::string message;
    std::optional<AnswerEvent> event;
};

class SimulatedProvider {
 public:
    SimulatedProvider(SimulatedNode& node, std::string name)
        : node_(node), name_(std::move(name)) {}

    static const ebra_provider* table();

 private:
    /// A start on its way, with what it needs once the request is gone.
    struct Start {
        ebra_op op = 0;
        std::uint64_t send_by_ns = 0;
        std::string reference;
        std::string number;
        std::string ref;
    };

    std::uint64_t capabilities() const;
    ebra_status start_call(const ebra_start_request& request, ebra_op op);
    ebra_status query_call(const ebra_placement_request& request, ebra_op op);
    ebra_status cancel_call(const ebra_placement_request& request, ebra_op op);
    void send(const Start& start);
    void arrive(const Start& start, const StartFate& fate);
    Answer look_up(const std::string& reference);

    SimulatedNode& node_;
    const std::string name_;
};

}  // namespace ebra::simulation
