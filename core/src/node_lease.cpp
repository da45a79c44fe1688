#include "node_lease.hpp"

#include "log.hpp"

#include <algorithm>

namespace ebra {

namespace {

/// The lease is renewed this many times within its length, so that two may fail.
constexpr std::int64_t kRenewalsPerLease = 3;
/// The pause after a renewal that failed.
constexpr std::int64_t kRetryMs = 500;

}  // namespace

NodeLease::NodeLease(Store& store, StoreClock& clock, const NodeSettings& settings, Random& random,
                     StoreTrouble& trouble, Metrics& metrics)
    : store_(store),
      clock_(clock),
      settings_(settings),
      random_(random),
      trouble_(trouble),
      metrics_(metrics) {
    begin_incarnation();
}

std::int64_t NodeLease::renew() {
    const Status synced = clock_.sync(store_);
    if (!synced) {
        trouble_.met("lease_not_renewed", synced.error());
        return std::min(kRetryMs, settings_.lease_ms / kRenewalsPerLease);
    }
    LeaseRequest request;
    {
        const std::lock_guard lock(mutex_);
        if (is_lost_) begin_incarnation();
        request.node = node_;
    }
    request.now = clock_.now();
    request.lease_ms = settings_.lease_ms;
    request.config_digest = settings_.config_digest;
    request.about = settings_.about;
    const Result<ebra_lease_report> renewed = store_.lease_renew(request);
    if (renewed) {
        trouble_.passed();
        report(renewed.value());
        return settings_.lease_ms / kRenewalsPerLease;
    }
    if (renewed.error().code == ErrorCode::kStale) {
        declare_lost();
        return 0;
    }
    trouble_.met("lease_not_renewed", renewed.error());
    return std::min(kRetryMs, settings_.lease_ms / kRenewalsPerLease);
}

std::optional<std::string> NodeLease::holder() const {
    const std::lock_guard lock(mutex_);
    if (is_lost_ || clock_.now() >= lease_until_) return std::nullopt;
    return node_;
}

void NodeLease::declare_lost() {
    const std::lock_guard lock(mutex_);
    if (is_lost_) return;
    is_lost_ = true;
    metrics_.leases_lost.Increment();
    log::error("node_declared_dead", {{"node", node_}});
}

Status NodeLease::end() {
    std::string node;
    {
        const std::lock_guard lock(mutex_);
        node = node_;
        is_lost_ = true;
    }
    return store_.lease_end(clock_.now(), node);
}

void NodeLease::begin_incarnation() {
    node_ = make_uuid_v7(clock_.now(), random_);
    lease_until_ = 0;
    is_lost_ = false;
}

void NodeLease::report(const ebra_lease_report& report) {
    {
        const std::lock_guard lock(mutex_);
        lease_until_ = report.lease_until;
    }
    if (report.nodes_differing == differing_) return;
    differing_ = report.nodes_differing;
    if (differing_ > 0) {
        log::error("nodes_differ_in_config",
                   {{"nodes", report.nodes_alive}, {"differing", report.nodes_differing}});
    }
}

}  // namespace ebra
