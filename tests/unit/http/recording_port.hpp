/// @file
/// RecordingPort: an AnswerPort that keeps what it is given, for tests of everything that answers.
/// One test owns it; deliver() may come from any thread once the test joins that thread.
#pragma once

#include "http/responder.hpp"

#include <vector>

namespace ebra {

struct RecordingPort : AnswerPort {
    void deliver(const AnswerTraits& asked, HttpResponse response) noexcept override {
        traits = asked;
        answers.push_back(std::move(response));
    }
    void answer_ignored() noexcept override { ++ignored; }
    void answer_missing() noexcept override { ++missing; }

    AnswerTraits traits;
    std::vector<HttpResponse> answers;
    int ignored = 0;
    int missing = 0;
};

}  // namespace ebra
