// Webhooks: what is not authentic is refused whole, and nothing that comes in does harm.
//
// An authentic sample comes with --webhook: {"method": "POST", "url": "...", "headers": [["name",
// "value"], ...], "body": "...", "signature_header": "...", "now": ms}. `signature_header` names
// the header whose every byte counts; `now` is the time it was signed at, and says that age counts.
#include "provider_bench.hpp"

#include "ebra/plugin.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace ebra::conformance {
namespace {

using plugin::str;

constexpr int kRandomBodies = 2'000;
constexpr std::size_t kLargeBodyBytes = 1'024 * 1'024;

struct Webhook {
    std::string method = "POST";
    std::string url = "https://ebra.example/callbacks/provider";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string signature_header;
    ebra_time_ms now = 0;
};

struct Reading {
    ebra_status status = EBRA_INTERNAL;
    std::vector<std::string> dedup_keys;  ///< One per event.
    std::vector<bool> are_verified;
    int replies = 0;
};

Reading read(const ProviderBench& bench, const Webhook& webhook) {
    std::vector<ebra_pair> headers;
    for (const auto& [name, value] : webhook.headers) headers.push_back({str(name), str(value)});
    auto request = plugin::sized<ebra_webhook>();
    request.method = str(webhook.method);
    request.url = str(webhook.url);
    request.headers = headers.data();
    request.header_count = headers.size();
    request.body = str(webhook.body);
    request.peer = str("192.0.2.1");
    request.now = webhook.now != 0 ? webhook.now : SystemClock().wall_ms();
    Reading reading;
    ebra_webhook_sink sink{};
    sink.context = &reading;
    sink.event = [](void* context, const ebra_event* event) {
        auto& into = *static_cast<Reading*>(context);
        into.dedup_keys.push_back(plugin::copy(event->dedup_key));
        into.are_verified.push_back(event->verified != 0);
    };
    sink.reply = [](void* context, std::int32_t, ebra_str, ebra_str) {
        ++static_cast<Reading*>(context)->replies;
    };
    auto error = plugin::sized<ebra_error>();
    reading.status = bench.table().webhook(bench.self(), &request, &sink, &error);
    return reading;
}

Webhook sample_of(const Trial& trial, const ProviderBench& bench) {
    bench.require(EBRA_PROVIDER_WEBHOOKS, "WEBHOOKS");
    if (trial.webhook_sample().empty()) throw CaseSkipped("no sample was given with --webhook");
    const auto json = nlohmann::json::parse(trial.webhook_sample());
    Webhook webhook;
    webhook.method = json.value("method", webhook.method);
    webhook.url = json.value("url", webhook.url);
    webhook.body = json.at("body").get<std::string>();
    webhook.signature_header = json.value("signature_header", "");
    webhook.now = json.value("now", std::int64_t{0});
    for (const auto& header : json.at("headers")) {
        webhook.headers.emplace_back(header.at(0).get<std::string>(),
                                     header.at(1).get<std::string>());
    }
    return webhook;
}

void expect_refused(const Reading& reading, const std::string& what) {
    expect_status(reading.status, EBRA_UNAUTHENTICATED, what);
    expect_equal(reading.dedup_keys.size(), 0, "events of " + what);
}

void an_authentic_webhook_is_read(Trial& trial) {
    const ProviderBench bench(trial);
    const Reading reading = read(bench, sample_of(trial, bench));

    expect_status(reading.status, EBRA_OK, "webhook");
    expect(!reading.dedup_keys.empty(), "it says something");
    expect(reading.replies <= 1, "it replies at most once");
}

void every_flipped_byte_of_the_body_is_noticed(Trial& trial) {
    const ProviderBench bench(trial);
    const Webhook sample = sample_of(trial, bench);
    for (std::size_t at = 0; at < sample.body.size(); ++at) {
        Webhook flipped = sample;
        flipped.body[at] = static_cast<char>(flipped.body[at] ^ 1);
        expect_refused(read(bench, flipped),
                       "a webhook with byte " + std::to_string(at) + " of its body flipped");
    }
    Webhook longer = sample;
    longer.body += ' ';
    expect_refused(read(bench, longer), "a webhook with a longer body");
}

void every_flipped_byte_of_the_signature_is_noticed(Trial& trial) {
    const ProviderBench bench(trial);
    const Webhook sample = sample_of(trial, bench);
    if (sample.signature_header.empty()) {
        throw CaseSkipped("the sample does not say its signature_header");
    }
    bool is_there = false;
    for (std::size_t n = 0; n < sample.headers.size(); ++n) {
        if (sample.headers[n].first != sample.signature_header) continue;
        is_there = true;
        for (std::size_t at = 0; at < sample.headers[n].second.size(); ++at) {
            Webhook flipped = sample;
            char& byte = flipped.headers[n].second[at];
            byte = static_cast<char>(byte ^ 1);
            expect_refused(read(bench, flipped), "a webhook with byte " + std::to_string(at) +
                                                     " of its signature flipped");
        }
        Webhook without = sample;
        without.headers.erase(without.headers.begin() + static_cast<std::ptrdiff_t>(n));
        expect_refused(read(bench, without), "a webhook without its signature");
    }
    expect(is_there, "the sample has its signature_header");
}

void an_old_webhook_is_refused(Trial& trial) {
    const ProviderBench bench(trial);
    Webhook sample = sample_of(trial, bench);
    if (sample.now == 0) throw CaseSkipped("the sample does not say when it was signed");

    for (const std::int64_t offset_ms : {86'400'000, -86'400'000}) {
        Webhook moved = sample;
        moved.now += offset_ms;
        expect_refused(read(bench, moved), "a webhook a day off");
    }
}

void the_same_webhook_again_has_the_same_dedup_keys(Trial& trial) {
    const ProviderBench bench(trial);
    const Webhook sample = sample_of(trial, bench);

    const Reading first = read(bench, sample);
    const Reading second = read(bench, sample);

    expect_equal(second.dedup_keys, first.dedup_keys, "the dedup keys of the second delivery");
    for (const std::string& key : first.dedup_keys) expect(!key.empty(), "a dedup key is there");
}

/// Whatever is not authentic says nothing that would be believed.
void expect_harmless(const Reading& reading) {
    const bool is_refused =
        reading.status == EBRA_UNAUTHENTICATED || reading.status == EBRA_INVALID_ARGUMENT;
    expect(is_refused || reading.status == EBRA_OK,
           "garbage is refused or ignored, and is no " + status_name(reading.status));
    expect(!is_refused || reading.dedup_keys.empty(), "a refused webhook says nothing");
    for (const bool is_verified : reading.are_verified) {
        expect(!is_verified, "nothing in garbage is authentic");
    }
}

void random_bodies_do_no_harm(Trial& trial) {
    const ProviderBench bench(trial);
    bench.require(EBRA_PROVIDER_WEBHOOKS, "WEBHOOKS");
    for (int round = 0; round < kRandomBodies; ++round) {
        Webhook webhook;
        webhook.body.resize(trial.random().below(200));
        for (char& byte : webhook.body) byte = static_cast<char>(trial.random().next());
        if (round % 3 == 0) webhook.method = "GET";
        if (round % 4 == 0) webhook.headers = {{"content-type", "application/json"}};
        if (round % 5 == 0) webhook.url.clear();
        expect_harmless(read(bench, webhook));
    }
}

void a_megabyte_does_no_harm(Trial& trial) {
    const ProviderBench bench(trial);
    bench.require(EBRA_PROVIDER_WEBHOOKS, "WEBHOOKS");
    for (const char letter : {'[', '{', '"', '\0', 'x'}) {
        Webhook webhook;
        webhook.body.assign(kLargeBodyBytes, letter);
        expect_harmless(read(bench, webhook));
    }
}

}  // namespace

Group provider_webhook_cases() {
    return {"provider.webhook",
            Interface::kProvider,
            {EBRA_CASE(an_authentic_webhook_is_read),
             EBRA_CASE(every_flipped_byte_of_the_body_is_noticed),
             EBRA_CASE(every_flipped_byte_of_the_signature_is_noticed),
             EBRA_CASE(an_old_webhook_is_refused),
             EBRA_CASE(the_same_webhook_again_has_the_same_dedup_keys),
             EBRA_CASE(random_bodies_do_no_harm), EBRA_CASE(a_megabyte_does_no_harm)}};
}

}  // namespace ebra::conformance
