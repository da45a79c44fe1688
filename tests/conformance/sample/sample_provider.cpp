// sample-provider: the suite's own subject. It takes starts on in all the ways that are allowed and
// reads signed webhooks; the option "fault" plants one way of breaking a rule, to prove that the
// suite notices.
#include "ebra/plugin.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <thread>

namespace {

using ebra::plugin::copy;
using ebra::plugin::fail;
using ebra::plugin::guarded;
using ebra::plugin::sized;
using ebra::plugin::str;
using ebra::plugin::view;
using nlohmann::json;

constexpr std::int64_t kWebhookAgeMaxMs = 300'000;

/// Ends that are still owed when an instance that breaks the rule is gone.
std::thread late_thread;

class SampleProvider {
 public:
    SampleProvider(const ebra_host* host, const json& options)
        : host_(host),
          fault_(options.value("fault", "")),
          secret_(options.value("secret", "secret")),
          thread_([this] { complete_later(); }) {}

    ~SampleProvider() {
        {
            const std::lock_guard lock(mutex_);
            is_stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
        if (fault_ != "ends_after_destroy" || last_ == 0) return;
        late_thread = std::thread([host = host_, op = last_] {
            // Long enough for destroy to return, short enough to be seen.
            const std::uint64_t until = host->monotonic_ns(host) + 50'000'000;
            while (host->monotonic_ns(host) < until) std::this_thread::yield();
            auto result = sized<ebra_op_result>();
            result.answer = EBRA_START_UNKNOWN;
            host->op_done(host, op, &result);
        });
        late_thread.detach();
    }

    ebra_status start(const ebra_start_request& request, ebra_op op, ebra_error* error) {
        const std::uint64_t number = ++started_;
        const bool is_late = host_->monotonic_ns(host_) >= request.send_by_ns;
        if (is_late && fault_ != "ignores_send_by") return end_late(op);
        if (number % 7 == 0) {
            if (fault_ == "ends_what_it_refused") end(op, EBRA_START_REFUSED, EBRA_CLASS_PERMANENT);
            return fail(error, EBRA_RATE_LIMITED, "come again later");
        }
        if (fault_ == "forgets_one" && number % 9 == 0) return EBRA_OK;
        if (number % 3 == 0) {
            const bool is_vague = fault_ == "no_class";
            end(op, EBRA_START_REFUSED, is_vague ? EBRA_CLASS_NONE : EBRA_CLASS_TRANSIENT);
            return EBRA_OK;
        }
        const std::lock_guard lock(mutex_);
        waiting_.push_back(op);
        last_ = op;
        changed_.notify_all();
        return EBRA_OK;
    }

    ebra_status webhook(const ebra_webhook& webhook, const ebra_webhook_sink& sink,
                        ebra_error* error) {
        std::string signature;
        for (std::size_t n = 0; n < webhook.header_count; ++n) {
            if (view(webhook.headers[n].name) == "x-signature") {
                signature = copy(webhook.headers[n].value);
            }
        }
        if (fault_ != "believes_anybody" && signature != signature_of(webhook.body)) {
            return fail(error, EBRA_UNAUTHENTICATED, "the signature is wrong");
        }
        const json body = json::parse(view(webhook.body), nullptr, false);
        if (!body.is_object()) return fail(error, EBRA_INVALID_ARGUMENT, "the body is no object");
        const std::int64_t age_ms = webhook.now - body.value("at", std::int64_t{0});
        if (std::abs(age_ms) > kWebhookAgeMaxMs && fault_ != "believes_the_old") {
            return fail(error, EBRA_UNAUTHENTICATED, "it is too old");
        }
        std::string key = body.value("id", "");
        if (fault_ == "new_dedup_key") key += std::to_string(++started_);
        auto event = sized<ebra_event>();
        event.kind = EBRA_EVENT_ENDED;
        event.outcome = EBRA_OUTCOME_COMPLETED;
        event.verified = 1;
        event.dedup_key = str(key);
        event.duration_ms = event.cost_micros = -1;
        sink.event(sink.context, &event);
        return EBRA_OK;
    }

 private:
    ebra_status end_late(ebra_op op) {
        end(op, EBRA_START_NOT_SENT, EBRA_CLASS_TRANSIENT);
        return EBRA_OK;
    }

    void end(ebra_op op, std::int32_t answer, std::int32_t error_class) {
        const std::string id = "sample-" + std::to_string(op);
        auto result = sized<ebra_op_result>();
        result.answer = answer;
        result.error_class = error_class;
        if (answer == EBRA_START_PLACED) result.provider_call_id = str(id);
        host_->op_done(host_, op, &result);
        if (fault_ == "ends_twice" && op % 5 == 0) host_->op_done(host_, op, &result);
    }

    void complete_later() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            const ebra_op op = waiting_.front();
            waiting_.pop_front();
            lock.unlock();
            end(op, EBRA_START_PLACED, EBRA_CLASS_NONE);
            lock.lock();
        }
    }

    std::string signature_of(ebra_str body) const {
        unsigned char mac[EVP_MAX_MD_SIZE];
        unsigned int size = 0;
        HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
             reinterpret_cast<const unsigned char*>(body.data), body.size, mac, &size);
        std::string text;
        for (unsigned int n = 0; n < size; ++n) {
            text += "0123456789abcdef"[mac[n] >> 4];
            text += "0123456789abcdef"[mac[n] & 15];
        }
        return text;
    }

    const ebra_host* const host_;
    const std::string fault_;
    const std::string secret_;
    std::atomic<std::uint64_t> started_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<ebra_op> waiting_;  // Guarded by mutex_.
    bool is_stopping_ = false;     // Guarded by mutex_.
    ebra_op last_ = 0;             // Guarded by mutex_.
    std::thread thread_;
};

SampleProvider& of(void* self) {
    return *static_cast<SampleProvider*>(self);
}

ebra_status create(const ebra_host* host, ebra_str config, void** self, ebra_error* error) {
    return guarded(error, [&] {
        const json options = json::parse(view(config), nullptr, false);
        if (!options.is_object()) {
            return fail(error, EBRA_INVALID_ARGUMENT, "the options are no JSON object");
        }
        *self = new SampleProvider(host, options);
        return ebra_status{EBRA_OK};
    });
}

const void* get_interface(const char* id) {
    static const ebra_provider kTable = [] {
        auto table = sized<ebra_provider>();
        table.capabilities = [](void*) -> std::uint64_t { return EBRA_PROVIDER_WEBHOOKS; };
        table.start_call = [](void* self, const ebra_start_request* request, ebra_op op,
                              ebra_error* error) {
            return guarded(error, [&] { return of(self).start(*request, op, error); });
        };
        table.webhook = [](void* self, const ebra_webhook* webhook, const ebra_webhook_sink* sink,
                           ebra_error* error) {
            return guarded(error, [&] { return of(self).webhook(*webhook, *sink, error); });
        };
        return table;
    }();
    return std::string_view(id) == EBRA_PROVIDER_ID ? &kTable : nullptr;
}

const ebra_plugin kPlugin = {sizeof(ebra_plugin),
                             0,
                             "sample-provider",
                             "1.0.0",
                             "What the conformance suite is tried on",
                             create,
                             [](void* self) { delete static_cast<SampleProvider*>(self); },
                             get_interface,
                             nullptr};

}  // namespace

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return &kPlugin;
}
