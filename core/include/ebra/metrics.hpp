/// @file
/// The engine's counters and histograms, in a prometheus-cpp registry that the API exports as text.
/// One instance per engine, thread-safe, never blocks: references are looked up once, here.
#pragma once

#include <memory>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace ebra {

struct Metrics {
    Metrics();

    std::shared_ptr<prometheus::Registry> registry;

    prometheus::Counter& enqueued;              ///< Calls stored for the first time.
    prometheus::Counter& intake_refused;        ///< Writes refused because a queue was full.
    prometheus::Counter& claimed;               ///< Placements made.
    prometheus::Counter& started;               ///< Starts a provider accepted.
    prometheus::Counter& refused;               ///< Starts refused or certainly not sent.
    prometheus::Counter& released;              ///< Claims given back unsent.
    prometheus::Counter& unknown;               ///< Starts whose answer was lost.
    prometheus::Counter& settled_completed;     ///< Calls that became COMPLETED.
    prometheus::Counter& settled_failed;        ///< Calls that became FAILED.
    prometheus::Counter& retried;               ///< Calls put back for another attempt.
    prometheus::Counter& reclaimed;             ///< Placements handed to the reclaimer.
    prometheus::Counter& asked;                 ///< Questions put to providers.
    prometheus::Counter& given_up;              ///< Placements closed without proof, by policy.
    prometheus::Counter& stale_decisions;       ///< Decisions refused because the claim was lost.
    prometheus::Counter& leases_lost;           ///< Times this node was declared dead.
    prometheus::Counter& callbacks_taken;       ///< Callbacks answered 2xx.
    prometheus::Counter& callbacks_refused;     ///< Callbacks answered otherwise.
    prometheus::Counter& taps_closed_capacity;  ///< Taps closed: the provider had no room.
    prometheus::Counter& taps_closed_account;   ///< Taps closed: set-up or payment is wrong.
    prometheus::Counter& taps_closed_faults;    ///< Taps closed: the provider fails in a row.
    prometheus::Counter& cancels;               ///< Live calls ordered to end.
    prometheus::Counter& pruned;                ///< Finished calls removed.
    prometheus::Counter& store_errors;          ///< Batches a store could not take.
    prometheus::Histogram& batch_calls;         ///< Calls per enqueue batch.
    prometheus::Histogram& batch_steps;         ///< Steps per advance batch.
    prometheus::Histogram& start_seconds;  ///< From handing a start to the plugin to its answer.
};

}  // namespace ebra
