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

void PendingAnswer::add_header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
}

void PendingAnswer::on_failure(std::function<void(std::string_view what)> sink) {
    failure_sink_ = std::move(sink);
}

bool PendingAnswer::try_send(HttpResponse response) noexcept {
    if (is_sent_.exchange(true)) return false;
    if (!response.failure.empty() && failure_sink_) failure_sink_(response.failure);
    for (auto& header : headers_) response.headers.push_back(std::move(header));
    port_->deliver(traits_, std::move(response));
    return true;
}

Responder::Responder(std::shared_ptr<AnswerPort> port, AnswerTraits traits)
    : pending_(std::make_shared<PendingAnswer>(std::move(port), traits)) {}

void Responder::add_header(std::string name, std::string value) const {
    pending_->add_header(std::move(name), std::move(value));
}

void Responder::on_failure(std::function<void(std::string_view what)> sink) const {
    pending_->on_failure(std::move(sink));
}

void Responder::send(HttpResponse response) const noexcept {
    if (!pending_->try_send(std::move(response))) pending_->port().answer_ignored();
}

}  // namespace ebra
