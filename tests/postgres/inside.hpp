/// @file
/// What the store does within a transaction, called from within, for tests that count what it reads
/// and undo it. Single-threaded; throws what the store throws.
#pragma once

#include "advance.hpp"
#include "batch.hpp"
#include "claim.hpp"
#include "enqueue.hpp"
#include "nodes.hpp"

#include "ebra/plugin.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ebra::postgres::test {

/// What "node" asks of provider "sim". Not to be copied: the request points into it.
class AskedClaim {
 public:
    AskedClaim(std::uint32_t limit, ebra_time_ms now) {
        request_.limit = limit;
        request_.now = now;
        request_.token = 1;
        request_.node = plugin::str("node");
        request_.providers = &provider_;
        request_.provider_count = 1;
    }
    AskedClaim(const AskedClaim&) = delete;
    AskedClaim& operator=(const AskedClaim&) = delete;

    const ebra_claim_request& request() const { return request_; }

 private:
    const ebra_str provider_ = plugin::str("sim");
    ebra_claim_request request_ = plugin::sized<ebra_claim_request>();
};

/// Stores one call to a number of its own.
inline void enqueue_one_more(Session& session, ebra_time_ms now) {
    auto spec = plugin::sized<ebra_call_spec>();
    spec.id = plugin::str("one more");
    spec.to = plugin::str("+3");
    spec.exclusive_key = plugin::str("+3");
    spec.metadata_json = plugin::str("{}");
    const ebra_call_spec* const specs[] = {&spec};
    std::vector<ItemResult> items(1);
    enqueue(session, now, specs, 0, 1, items);
    EXPECT_EQ(items.front().status, EBRA_OK);
}

/// Moves call `id`, which waits, to a number of its own.
inline void move_call(Session& session, ebra_time_ms now, const std::string& id) {
    auto asked = plugin::sized<ebra_patch>();
    asked.id = plugin::str(id);
    asked.mask = EBRA_PATCH_TO;
    asked.to = plugin::str("+4");
    asked.exclusive_key = plugin::str("+4");
    const ebra_patch* const patches[] = {&asked};
    std::vector<ItemResult> items(1);
    patch(session, now, patches, 0, 1, items);
    EXPECT_EQ(items.front().status, EBRA_OK);
}

inline void take_step(Session& session, ebra_time_ms now, const StepRecord& step) {
    Batch batch(session, now);
    batch.load({step}, 0, 1);
    EXPECT_EQ(advance(batch, step).status, EBRA_OK);
    batch.write();
}

/// Ends the first placement of call `id`, which is in flight.
inline void end_call(Session& session, ebra_time_ms now, const std::string& id) {
    StepRecord step;
    step.step = EBRA_STEP_ENDED;
    step.call_id = id;
    step.placement = 1;
    step.outcome = EBRA_OUTCOME_COMPLETED;
    take_step(session, now, step);
}

/// Accepts the first placement of call `id`, which is CLAIMED, and has it asked about later.
inline void accept_call(Session& session, ebra_time_ms now, const std::string& id) {
    StepRecord step;
    step.step = EBRA_STEP_ACCEPTED;
    step.call_id = id;
    step.placement = 1;
    step.provider = "sim";
    step.provider_call_id = "theirs";
    step.due_at = now + 1000;
    take_step(session, now, step);
}

/// Cancels call `id`, which waits.
inline void cancel_call(Session& session, ebra_time_ms now, const std::string& id) {
    StepRecord step;
    step.step = EBRA_STEP_CANCEL;
    step.call_id = id;
    take_step(session, now, step);
}

/// As "node" does each few seconds; there is nothing to hand out.
inline void reclaim_nothing(Session& session, ebra_time_ms now) {
    auto asked = plugin::sized<ebra_reclaim_request>();
    asked.limit = 100;
    asked.now = now;
    asked.token = 1;
    asked.node = plugin::str("node");
    EXPECT_TRUE(reclaim(session, asked).empty());
}

}  // namespace ebra::postgres::test
