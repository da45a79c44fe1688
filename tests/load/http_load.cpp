#include "http_load.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace ebra::load {

namespace {

constexpr int kPatienceMs = 30'000;

int status_of(std::string_view head) {
    int status = 0;
    constexpr std::size_t kAt = 9;  // After "HTTP/1.1 ".
    if (head.size() >= kAt + 3) std::from_chars(head.data() + kAt, head.data() + kAt + 3, status);
    return status;
}

class Run {
 public:
    explicit Run(const LoadPlan& plan)
        : plan_(plan),
          loop_({[this](auto id, auto head, auto body) { answered(id, head, body); },
                 [this](auto id) { broken(id); }}) {}

    LoadResult run() {
        const std::size_t connections = std::min(plan_.connections, plan_.requests);
        std::vector<MessageLoop::Id> ids;
        for (std::size_t n = 0; n < connections; ++n) ids.push_back(loop_.connect(plan_.port));
        result_.latencies_ns.reserve(plan_.requests);
        const std::uint64_t from = monotonic_ns();
        if (plan_.per_second > 0) {
            run_paced(std::move(ids), from);
        } else {
            run_at_once(ids);
        }
        result_.seconds = static_cast<double>(monotonic_ns() - from) / 1e9;
        return std::move(result_);
    }

 private:
    void run_at_once(const std::vector<MessageLoop::Id>& ids) {
        for (const MessageLoop::Id id : ids) send_next(id);
        while (ended_ < plan_.requests) {
            if (!loop_.turn(kPatienceMs)) throw std::runtime_error("no answer came for 30 s");
        }
    }

    void run_paced(std::vector<MessageLoop::Id> ids, std::uint64_t from) {
        idle_ = std::move(ids);
        std::uint64_t last_heard = from;
        while (ended_ < plan_.requests) {
            const std::uint64_t now = monotonic_ns();
            while (!idle_.empty() && next_ < plan_.requests && due_ns(from) <= now) {
                const MessageLoop::Id id = idle_.back();
                idle_.pop_back();
                const std::uint64_t due = due_ns(from);
                send_next(id);
                sent_ns_[id] = due;
            }
            if (loop_.turn(1)) last_heard = monotonic_ns();
            if (now > last_heard + std::uint64_t{kPatienceMs} * 1'000'000) {
                throw std::runtime_error("no answer came for 30 s");
            }
        }
    }

    std::uint64_t due_ns(std::uint64_t from) const {
        return from +
               static_cast<std::uint64_t>(static_cast<double>(next_) * 1e9 / plan_.per_second);
    }

    void go_on(MessageLoop::Id id) {
        if (plan_.per_second > 0) {
            idle_.push_back(id);
        } else {
            send_next(id);
        }
    }

    void send_next(MessageLoop::Id id) {
        if (next_ >= plan_.requests) return;
        const std::string request = plan_.request_of(next_++);
        sent_ns_[id] = monotonic_ns();
        loop_.send(id, request);
    }

    void answered(MessageLoop::Id id, std::string_view head, std::string_view body) {
        result_.latencies_ns.push_back(monotonic_ns() - sent_ns_[id]);
        result_.last_body = body;
        if (plan_.answered) plan_.answered(body);
        if (status_of(head) == plan_.expected_status) {
            ++result_.answered;
        } else if (++result_.unexpected == 1) {
            result_.first_unexpected = std::string(head) + "\n" + std::string(body);
        }
        ++ended_;
        go_on(id);
    }

    /// The connection is gone, and with it the request on it. Another takes its place.
    void broken(MessageLoop::Id) {
        ++result_.broken;
        ++ended_;
        if (next_ < plan_.requests) go_on(loop_.connect(plan_.port));
    }

    const LoadPlan& plan_;
    LoadResult result_;
    std::unordered_map<MessageLoop::Id, std::uint64_t> sent_ns_;
    std::vector<MessageLoop::Id> idle_;  ///< At a given rate only.
    std::size_t next_ = 0;
    std::size_t ended_ = 0;
    MessageLoop loop_;
};

}  // namespace

double LoadResult::percentile_ms(double share) const {
    if (latencies_ns.empty()) return 0;
    std::vector<std::uint64_t> sorted = latencies_ns;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at),
                     sorted.end());
    return static_cast<double>(sorted[at]) / 1e6;
}

LoadResult run_load(const LoadPlan& plan) {
    return Run(plan).run();
}

std::string ask(std::uint16_t port, std::string request, int expected_status) {
    const LoadResult result =
        run_load({port, 1, 1, expected_status, 0, [&](std::size_t) { return std::move(request); }});
    if (result.answered == 1) return result.last_body;
    throw std::runtime_error("unexpected answer: " + result.first_unexpected);
}

}  // namespace ebra::load
