#include "ebra/metrics.hpp"

namespace ebra {

namespace {

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help,
                             const prometheus::Labels& labels = {}) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const prometheus::Histogram::BucketBoundaries& bounds) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, bounds);
}

const prometheus::Histogram::BucketBoundaries kBatchBounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
const prometheus::Histogram::BucketBoundaries kSecondBounds{
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

}  // namespace

Metrics::Metrics()
    : registry(std::make_shared<prometheus::Registry>()),
      enqueued(counter(*registry, "ebra_calls_enqueued_total", "Calls stored for the first time")),
      intake_refused(counter(*registry, "ebra_intake_refused_total",
                             "Writes refused because a queue was full")),
      claimed(counter(*registry, "ebra_placements_claimed_total", "Placements made")),
      started(counter(*registry, "ebra_starts_accepted_total", "Starts a provider accepted")),
      refused(
          counter(*registry, "ebra_starts_refused_total", "Starts refused, or certainly not sent")),
      released(counter(*registry, "ebra_claims_released_total", "Claims given back unsent")),
      unknown(counter(*registry, "ebra_starts_unknown_total", "Starts whose answer was lost")),
      settled_completed(counter(*registry, "ebra_calls_settled_total", "Calls that became terminal",
                                {{"status", "COMPLETED"}})),
      settled_failed(counter(*registry, "ebra_calls_settled_total", "Calls that became terminal",
                             {{"status", "FAILED"}})),
      retried(counter(*registry, "ebra_calls_retried_total", "Calls put back for another attempt")),
      reclaimed(counter(*registry, "ebra_placements_reclaimed_total",
                        "Placements and undecided calls handed to the reclaimer")),
      asked(counter(*registry, "ebra_provider_queries_total", "Questions put to providers")),
      given_up(counter(*registry, "ebra_placements_given_up_total",
                       "Placements closed without proof, by policy")),
      stale_decisions(counter(*registry, "ebra_stale_decisions_total",
                              "Decisions refused because the claim was lost")),
      leases_lost(
          counter(*registry, "ebra_leases_lost_total", "Times this node was declared dead")),
      callbacks_taken(
          counter(*registry, "ebra_callbacks_total", "Callbacks by answer", {{"answer", "taken"}})),
      callbacks_refused(counter(*registry, "ebra_callbacks_total", "Callbacks by answer",
                                {{"answer", "refused"}})),
      taps_closed_capacity(counter(*registry, "ebra_taps_closed_total",
                                   "Times a provider's tap was closed", {{"why", "capacity"}})),
      taps_closed_account(counter(*registry, "ebra_taps_closed_total",
                                  "Times a provider's tap was closed", {{"why", "account"}})),
      taps_closed_faults(counter(*registry, "ebra_taps_closed_total",
                                 "Times a provider's tap was closed", {{"why", "faults"}})),
      cancels(counter(*registry, "ebra_cancels_ordered_total",
                      "Live calls ordered to end because an earlier placement completed")),
      pruned(counter(*registry, "ebra_calls_pruned_total", "Finished calls removed")),
      store_errors(
          counter(*registry, "ebra_store_errors_total", "Batches the store could not take")),
      batch_calls(histogram(*registry, "ebra_enqueue_batch_calls", "Calls per enqueue batch",
                            kBatchBounds)),
      batch_steps(histogram(*registry, "ebra_advance_batch_steps", "Steps per advance batch",
                            kBatchBounds)),
      start_seconds(histogram(*registry, "ebra_start_seconds",
                              "From handing a start to the plugin to its answer", kSecondBounds)) {}

}  // namespace ebra
