#include "http/responder.hpp"

#include "http/problem.hpp"

namespace ebra {

PendingAnswer::PendingAnswer(std::shared_ptr<AnswerPort> port, AnswerTraits traits)
    : port_(std::move(port)), traits_(traits) {}

PendingAnswer::~PendingAnswer() {
    if (is_sent_.load()) return;
    port_->answer_missing();
    try_send(to_response(problems::internal_error()));
}

bool PendingAnswer::try_send(HttpResponse response) noexcept {
    if (is_sent_.exchange(true)) return false;
    port_->deliver(traits_, std::move(response));
    return true;
}

Responder::Responder(std::shared_ptr<AnswerPort> port, AnswerTraits traits)
    : pending_(std::make_shared<PendingAnswer>(std::move(port), traits)) {}

void Responder::send(HttpResponse response) const noexcept {
    if (!pending_->try_send(std::move(response))) pending_->port().answer_ignored();
}

}  // namespace ebra
