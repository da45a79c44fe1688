#include "node.hpp"

namespace ebra {

Node::Node(Store& store, Providers& providers, Operations& operations, const Clock& clock,
           Random& random, const NodeSettings& node_settings, std::string cluster_secret,
           Callbacks::Reads reads, Metrics& metrics)
    : settings(node_settings),
      store_clock(clock),
      trouble(clock),
      lease(store, store_clock, settings, random, trouble, metrics),
      retry_policy(settings, random),
      decisions(retry_policy),
      callback_ref(std::move(cluster_secret)),
      intake(store, store_clock, settings, trouble, metrics),
      committer(store, store_clock, settings, trouble, metrics),
      taps(committer, store_clock, metrics),
      canceler(providers, operations, settings, metrics),
      dialer(providers, operations, committer, taps, decisions, callback_ref, clock, store_clock,
             settings, metrics),
      claimer(store, store_clock, lease, providers, taps, dialer, random, settings, trouble,
              metrics),
      reclaimer(store, store_clock, lease, providers, operations, committer, canceler, decisions,
                random, settings, trouble, metrics),
      callbacks(store, store_clock, providers, committer, callback_ref, std::move(reads), settings,
                metrics) {
    committer.watch([this](const Call& call) { canceler.look_at(call); });
}

}  // namespace ebra
