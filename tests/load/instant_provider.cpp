// instant-provider: a voice provider that takes no time, in a process of its own, as the other end
// of a benchmark. It answers `POST /api/v1/calls` with an id and at once posts the webhook that
// ends the call, to the path of the webhookUrl it was given, over kept connections.
//
//   instant-provider PORT WEBHOOK_PORT CONNECTIONS
#include "message_loop.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace ebra::load {
namespace {

class InstantProvider {
 public:
    InstantProvider(std::uint16_t port, std::uint16_t webhook_port, int connections)
        : loop_({[this](auto id, auto head, auto body) { message(id, head, body); },
                 [this](auto id) { closed(id); }}),
          webhook_port_(webhook_port),
          connections_(connections) {
        std::cout << "listening on " << loop_.listen(port) << std::endl;
    }

    void run() {
        for (;;) {
            loop_.turn(1'000);
            post_webhooks();
        }
    }

 private:
    void message(MessageLoop::Id id, std::string_view head, std::string_view body) {
        const auto webhook = under_way_.find(id);
        if (webhook == under_way_.end()) return start(id, body);
        const bool is_taken = head.substr(9, 1) == "2";
        if (!is_taken) waiting_.push_back(webhook->second);
        under_way_.erase(webhook);
        idle_.push_back(id);
    }

    void start(MessageLoop::Id id, std::string_view body) {
        const std::string call_id = "instant-" + std::to_string(++calls_);
        constexpr std::string_view kKey = "\"webhookUrl\":\"http://";
        const std::size_t key = body.find(kKey);
        loop_.send(id, answer_of("200 OK", "{\"callId\":\"" + call_id + "\"}"));
        if (key == std::string_view::npos) return;
        const std::size_t path = body.find('/', key + kKey.size());
        const std::string_view target = body.substr(path, body.find('"', path) - path);
        waiting_.push_back(
            request_of("POST " + std::string(target),
                       "{\"providerCallId\":\"" + call_id + "\",\"status\":\"COMPLETED\"}"));
    }

    void post_webhooks() {
        while (!waiting_.empty()) {
            if (idle_.empty() && opened_ < connections_) {
                idle_.push_back(loop_.connect(webhook_port_));
                ++opened_;
            }
            if (idle_.empty()) return;
            const MessageLoop::Id id = idle_.back();
            idle_.pop_back();
            under_way_[id] = std::move(waiting_.front());
            waiting_.pop_front();
            loop_.send(id, under_way_[id]);
        }
    }

    void closed(MessageLoop::Id id) {
        const auto idle = std::find(idle_.begin(), idle_.end(), id);
        if (idle != idle_.end()) {
            idle_.erase(idle);
            --opened_;
        }
        const auto webhook = under_way_.find(id);
        if (webhook == under_way_.end()) return;
        waiting_.push_back(webhook->second);
        under_way_.erase(webhook);
        --opened_;
    }

    MessageLoop loop_;
    const std::uint16_t webhook_port_;
    const int connections_;
    int opened_ = 0;
    std::uint64_t calls_ = 0;
    std::vector<MessageLoop::Id> idle_;
    std::map<MessageLoop::Id, std::string> under_way_;
    std::deque<std::string> waiting_;
};

}  // namespace
}  // namespace ebra::load

int main(int count, char** words) {
    if (count != 4) {
        std::cerr << "usage: instant-provider PORT WEBHOOK_PORT CONNECTIONS\n";
        return 2;
    }
    const auto number = [&](int at) { return std::atoi(words[at]); };
    ebra::load::InstantProvider(static_cast<std::uint16_t>(number(1)),
                                static_cast<std::uint16_t>(number(2)), number(3))
        .run();
}
