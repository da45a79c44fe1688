#include "fake_engine.hpp"

namespace ebra {

struct Engine::Parts {
    testing::FakeEngine* fake = nullptr;
};

namespace {

// Engine::open() has no argument for it; one thread makes one engine at a time.
testing::FakeEngine* being_made = nullptr;

}  // namespace

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(const Config&, Role, const OrphanPolicies&) {
    auto parts = std::make_unique<Parts>();
    parts->fake = being_made;
    return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

void Engine::enqueue(CallRequest request, Reply<Enqueued> reply) {
    parts_->fake->enqueued.push_back(std::move(request));
    reply(parts_->fake->enqueue_answer);
}

void Engine::change(CallChange change, Reply<Call> reply) {
    parts_->fake->changed.push_back(std::move(change));
    reply(parts_->fake->call_answer);
}

void Engine::cancel(const std::string& id, Reply<Call> reply) {
    parts_->fake->canceled.push_back(id);
    reply(parts_->fake->call_answer);
}

void Engine::callback(StatusCallback callback, Reply<CallbackAnswer> reply) {
    parts_->fake->callbacks.push_back(std::move(callback));
    reply(parts_->fake->callback_answer);
}

void Engine::webhook(ProviderWebhook webhook, Reply<CallbackAnswer> reply) {
    parts_->fake->webhooks.push_back(std::move(webhook));
    reply(parts_->fake->callback_answer);
}

void Engine::get(const std::string& id, Reply<std::optional<Call>> reply) {
    parts_->fake->asked_ids.push_back(id);
    reply(parts_->fake->get_answer);
}

void Engine::list(std::optional<CallStatus> status, std::uint64_t offset, std::uint64_t limit,
                  Reply<std::vector<Call>> reply) {
    parts_->fake->listed.push_back({status, offset, limit});
    reply(parts_->fake->list_answer);
}

void Engine::counts(Reply<Counts> reply) {
    reply(parts_->fake->counts_answer);
}

void Engine::timeline(const std::string& id, Reply<Timeline> reply) {
    parts_->fake->asked_ids.push_back(id);
    reply(parts_->fake->timeline_answer);
}

void Engine::explain(const std::string& id, Reply<std::vector<WhyNot>> reply) {
    parts_->fake->asked_ids.push_back(id);
    reply(parts_->fake->explain_answer);
}

void Engine::readiness(Reply<Readiness> reply) {
    reply(parts_->fake->readiness_answer);
}

const Metrics& Engine::metrics() const {
    return parts_->fake->metrics;
}

namespace testing {

FakeEngine::FakeEngine() {
    being_made = this;
    engine_ = std::move(Engine::open({}, Role::kApi)).value();
    being_made = nullptr;
}

}  // namespace testing
}  // namespace ebra
