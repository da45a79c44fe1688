#include "ebra/engine.hpp"

#include "assert.hpp"
#include "engine_parts.hpp"
#include "engine_threads.hpp"
#include "log.hpp"

#include <algorithm>

namespace ebra {

namespace {

constexpr std::size_t kReaderThreads = 2;
constexpr std::size_t kReadsWaitingMax = 2'000;
constexpr std::int64_t kBusyRetryAfterMs = 1'000;

Error too_many_reads() {
    return Error{ErrorCode::kUnavailable, "too many reads wait", kBusyRetryAfterMs};
}

/// The answer about one call, from the status of its item.
Result<Call> call_or_error(Result<ItemResult> item) {
    if (!item) return std::move(item).error();
    const bool is_done = item->status == EBRA_OK || item->status == EBRA_ALREADY;
    if (is_done && item->call) return std::move(*item->call);
    if (item->status == EBRA_NOT_FOUND) return Error{ErrorCode::kNotFound, "there is no such call"};
    if (item->status == EBRA_CONFLICT && item->call) {
        return Error{ErrorCode::kConflict,
                     "the call is " + std::string(name_of(item->call->status)) + ", not PENDING"};
    }
    if (item->status == EBRA_CONFLICT) {
        return Error{ErrorCode::kConflict, "that id belongs to another call"};
    }
    return Error{ErrorCode::kInternal, "the store refused it"};
}

Result<Enqueued> enqueued_or_error(const std::string& id, Result<ItemResult> item) {
    if (!item) return std::move(item).error();
    if (!item->call) return Error{ErrorCode::kInternal, "the store stored no call"};
    Enqueued made;
    made.call = std::move(*item->call);
    if (item->status == EBRA_CONFLICT) {
        made.kind = Enqueued::Kind::kKeyReused;
    } else if (made.call.id != id) {
        made.kind = Enqueued::Kind::kReplayed;
    }
    return made;
}

}  // namespace

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Engine::~Engine() {
    stop(0);
}

Status Engine::start(const std::string& public_url) {
    Parts& parts = *parts_;
    EBRA_ASSERT(!parts.node);
    parts.settings.public_url = public_url;
    parts.readers = std::make_unique<ReaderPool>(kReaderThreads, kReadsWaitingMax);
    parts.node = std::make_unique<Node>(
        *parts.store, parts.providers, parts.operations, parts.clock, parts.random, parts.settings,
        parts.cluster_secret,
        [&readers = *parts.readers](std::function<void()> read) {
            return readers.run(std::move(read));
        },
        parts.metrics);
    return start_threads(parts);
}

void Engine::drain(std::int64_t deadline_ms) {
    parts_->is_draining = true;
    if (parts_->node) drain_starts(*parts_, deadline_ms);
}

void Engine::stop(std::int64_t deadline_ms) {
    if (!parts_->node || parts_->is_stopped) return;
    parts_->is_stopped = true;
    drain_starts(*parts_, 0);
    stop_threads(*parts_, deadline_ms);
}

void Engine::enqueue(CallRequest request, Reply<Enqueued> reply) {
    Node& node = *parts_->node;
    NewCall call;
    call.id = make_uuid_v7(node.store_clock.now(), parts_->random);
    call.to = std::move(request.to);
    call.script_id = std::move(request.script_id);
    call.metadata_json = std::move(request.metadata_json);
    call.idempotency_key = std::move(request.idempotency_key);
    call.request_digest = std::move(request.request_digest);
    auto answer = [id = call.id, reply = std::move(reply),
                   &metrics = parts_->metrics](Result<ItemResult> item) {
        Result<Enqueued> made = enqueued_or_error(id, std::move(item));
        if (made && made->kind == Enqueued::Kind::kStored) {
            metrics.enqueued.Increment();
            log::info("call_enqueued", {{"call", made->call.id}, {"attempt", 0}});
        }
        reply(std::move(made));
    };
    node.intake.enqueue(std::move(call), std::move(answer));
}

void Engine::change(CallChange change, Reply<Call> reply) {
    Patch patch{std::move(change.id), std::move(change.to), std::move(change.script_id),
                std::move(change.metadata_json)};
    parts_->node->intake.patch(std::move(patch),
                               [reply = std::move(reply)](Result<ItemResult> item) {
                                   reply(call_or_error(std::move(item)));
                               });
}

void Engine::cancel(const std::string& id, Reply<Call> reply) {
    Step step;
    step.step = EBRA_STEP_CANCEL;
    step.call_id = id;
    submit(std::move(step), std::move(reply));
}

void Engine::map(const std::string& id, const std::string& provider,
                 const std::string& provider_call_id, Reply<Call> reply) {
    Step step;
    step.step = EBRA_STEP_MAP;
    step.call_id = id;
    step.provider = provider;
    step.provider_call_id = provider_call_id;
    submit(std::move(step), std::move(reply));
}

void Engine::submit(Step step, Reply<Call> reply) {
    StepGroup group;
    group.steps.push_back(std::move(step));
    group.answer = [reply = std::move(reply)](Result<std::vector<ItemResult>> items) {
        if (!items) return reply(std::move(items).error());
        reply(call_or_error(std::move(items.value().front())));
    };
    parts_->node->committer.submit(std::move(group));
}

void Engine::callback(StatusCallback callback, Reply<CallbackAnswer> reply) {
    parts_->node->callbacks.take(callback, std::move(reply));
}

void Engine::webhook(ProviderWebhook webhook, Reply<CallbackAnswer> reply) {
    parts_->node->callbacks.take(webhook, std::move(reply));
}

template <typename T, typename Read>
void Engine::read(Reply<T> reply, Read&& read) {
    const bool has_room = parts_->readers->run([reply, read] { reply(read()); });
    if (!has_room) reply(too_many_reads());
}

void Engine::get(const std::string& id, Reply<std::optional<Call>> reply) {
    read(std::move(reply), [&store = *parts_->store, id] { return store.get(id); });
}

void Engine::find_by_provider_id(const std::string& provider_call_id,
                                 Reply<std::vector<Call>> reply) {
    read(std::move(reply), [&store = *parts_->store, provider_call_id] {
        return store.find_by_provider_id("", provider_call_id);
    });
}

void Engine::list(std::optional<CallStatus> status, std::uint64_t offset, std::uint64_t limit,
                  Reply<std::vector<Call>> reply) {
    read(std::move(reply), [&store = *parts_->store, status, offset, limit] {
        return store.list(status, offset, limit);
    });
}

void Engine::counts(Reply<Counts> reply) {
    read(std::move(reply), [&store = *parts_->store] { return store.counts(); });
}

void Engine::timeline(const std::string& id, Reply<Timeline> reply) {
    read(std::move(reply), [&store = *parts_->store, id] { return store.timeline(id); });
}

void Engine::explain(const std::string& id, Reply<std::vector<WhyNot>> reply) {
    read(std::move(reply), [&parts = *parts_, id] {
        return parts.store->explain(parts.node->store_clock.now(), id);
    });
}

void Engine::readiness(Reply<Readiness> reply) {
    read(std::move(reply), [&parts = *parts_]() -> Result<Readiness> {
        Readiness made;
        if (parts.is_draining) made.reasons.emplace_back("this node is stopping");
        const Status healthy = parts.store->health();
        if (!healthy) made.reasons.push_back("store: " + healthy.error().message);
        if (!parts.node->lease.holder())
            made.reasons.push_back("this node does not hold its lease");
        if (parts.dials() && parts.providers.able().empty()) {
            made.reasons.push_back("no provider can take calls");
        }
        made.is_ready = made.reasons.empty();
        return made;
    });
}

const Metrics& Engine::metrics() const {
    return parts_->metrics;
}

}  // namespace ebra
