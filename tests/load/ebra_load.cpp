// ebra-load: loads a running Ebra over HTTP and says how fast it was, as one JSON line.
//
//   ebra-load post      requests per second and latency of POST /calls
//   ebra-load lifecycle POST /calls, then until every call has ended: calls per second
//   ebra-load latency   one call at a time, idle: from POST to the dial in the simulator's ledger
//   ebra-load webhooks  webhooks that end calls in flight, at a given rate: their latency
//   ebra-load roundtrip one start at a time to an instant provider
#include "http_load.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace ebra::load {
namespace {

struct Arguments {
    std::uint16_t port = 3000;
    std::size_t connections = 32;
    std::size_t requests = 20'000;
    std::size_t numbers = 1'000'000;
    std::string ledger;
    std::size_t first = 0;
    double patience_s = 300;
    double rate = 1'000;
};

constexpr int kLookEveryMs = 5;

/// Waits a moment between two looks at something outside this process.
void pause_between_looks() {
    pause_for(kLookEveryMs);
}

/// "+1" and ten digits that libphonenumber finds possible, the same for the same n.
std::string number(std::size_t n, std::size_t numbers) {
    const std::string digits = std::to_string(10'000'000 + n % numbers);
    return "+1415" + digits.substr(digits.size() - 7);
}

std::string post_call(std::size_t n, std::size_t numbers) {
    return request_of("POST /calls", R"({"to":")" + number(n, numbers) +
                                         R"(","scriptId":"welcome","metadata":{"customer":)" +
                                         std::to_string(n) +
                                         R"(,"language":"en","note":"bench"}})");
}

std::int64_t ended_calls(std::uint16_t port) {
    const auto counts = nlohmann::json::parse(ask(port, request_of("GET /metrics", ""), 200));
    return counts.at("COMPLETED").get<std::int64_t>() + counts.at("FAILED").get<std::int64_t>();
}

LoadResult post_all(const Arguments& arguments) {
    const LoadPlan plan{
        arguments.port, arguments.connections, arguments.requests, 201, 0, [&](std::size_t n) {
            return post_call(arguments.first + n, arguments.numbers);
        }};
    LoadResult result = run_load(plan);
    if (result.unexpected > 0) std::cerr << result.first_unexpected << "\n";
    return result;
}

nlohmann::json describe(const LoadResult& result) {
    return {{"answered", result.answered},
            {"unexpected", result.unexpected},
            {"broken", result.broken},
            {"seconds", result.seconds},
            {"per_second", result.per_second()},
            {"p50_ms", result.percentile_ms(0.5)},
            {"p99_ms", result.percentile_ms(0.99)}};
}

nlohmann::json post(const Arguments& arguments) {
    return describe(post_all(arguments));
}

nlohmann::json lifecycle(const Arguments& arguments) {
    const std::int64_t before = ended_calls(arguments.port);
    const std::uint64_t from = monotonic_ns();
    const LoadResult posted = post_all(arguments);
    const auto wanted = before + static_cast<std::int64_t>(posted.answered);
    const std::uint64_t patience_ns = static_cast<std::uint64_t>(arguments.patience_s * 1e9);
    while (ended_calls(arguments.port) < wanted) {
        if (monotonic_ns() - from > patience_ns) throw std::runtime_error("the calls do not end");
        // Looking is work for the server: a hundredth of the time it takes is near enough.
        const auto hundredth_ms = static_cast<int>((monotonic_ns() - from) / 100'000'000);
        pause_for(std::max(kLookEveryMs, hundredth_ms));
    }
    const double seconds = static_cast<double>(monotonic_ns() - from) / 1e9;
    nlohmann::json said = describe(posted);
    said["calls_per_second"] = static_cast<double>(posted.answered) / seconds;
    said["all_ended_after_s"] = seconds;
    return said;
}

/// Waits for the line of a dial that names `wanted`; the time it gives on the monotonic clock.
std::uint64_t dialed_at(std::ifstream& ledger, const std::string& wanted) {
    std::string line;
    for (int looks = 0; looks < 10'000;) {
        const auto start = ledger.tellg();
        if (std::getline(ledger, line) && !ledger.eof()) {
            const nlohmann::json entry = nlohmann::json::parse(line);
            const std::string reference = entry.value("reference", "");
            if (reference.rfind(wanted, 0) == 0) return entry.at("mono_ns").get<std::uint64_t>();
            continue;
        }
        ledger.clear();
        ledger.seekg(start);
        ++looks;
        pause_between_looks();
    }
    throw std::runtime_error("no dial of " + wanted + " is in the ledger");
}

nlohmann::json latency(const Arguments& arguments) {
    std::ifstream ledger(arguments.ledger);
    LoadResult dials;
    for (std::size_t n = 0; n < arguments.requests; ++n) {
        const std::uint64_t from = monotonic_ns();
        const std::string posted =
            ask(arguments.port, post_call(arguments.first + n, arguments.numbers), 201);
        const std::string id = nlohmann::json::parse(posted).at("id");
        dials.latencies_ns.push_back(dialed_at(ledger, id) - from);
        pause_between_looks();
    }
    return {{"dials", dials.latencies_ns.size()},
            {"p50_ms", dials.percentile_ms(0.5)},
            {"p99_ms", dials.percentile_ms(0.99)}};
}

std::int64_t calls_in_flight(std::uint16_t port) {
    const auto counts = nlohmann::json::parse(ask(port, request_of("GET /metrics", ""), 200));
    return counts.at("IN_PROGRESS").get<std::int64_t>();
}

/// Posts the calls, waits until all are in flight, and ends each with one webhook.
nlohmann::json webhooks(const Arguments& arguments) {
    std::vector<std::string> ids;
    LoadPlan posts{
        arguments.port,
        arguments.connections,
        arguments.requests,
        201,
        0,
        [&](std::size_t n) { return post_call(arguments.first + n, arguments.numbers); },
        [&](std::string_view body) { ids.push_back(nlohmann::json::parse(body).at("id")); }};
    run_load(posts);
    const auto wanted = static_cast<std::int64_t>(arguments.requests);
    for (int looks = 0; calls_in_flight(arguments.port) < wanted; ++looks) {
        if (looks > 10'000) throw std::runtime_error("the calls never were in flight");
        pause_between_looks();
    }
    const LoadPlan plan{
        arguments.port, arguments.connections, ids.size(), 200, arguments.rate, [&](std::size_t n) {
            return request_of("POST /callbacks/call-status",
                              R"({"callId":")" + ids[n] + R"(","status":"COMPLETED"})");
        }};
    LoadResult result = run_load(plan);
    if (result.unexpected > 0) std::cerr << result.first_unexpected << "\n";
    return describe(result);
}

nlohmann::json round_trip(const Arguments& arguments) {
    const LoadPlan plan{arguments.port, 1, arguments.requests, 200, 0, [](std::size_t) {
                            return request_of("POST /api/v1/calls", R"({"to":"+14155550100"})");
                        }};
    return describe(run_load(plan));
}

int run(int count, char** words) {
    Arguments arguments;
    CLI::App app{"Loads a running Ebra over HTTP on 127.0.0.1 and prints one JSON line."};
    app.require_subcommand(1);
    app.add_option("--port", arguments.port, "Ebra's port")->required();
    app.add_option("--connections", arguments.connections, "kept connections");
    app.add_option("--requests", arguments.requests, "requests or calls in all");
    app.add_option("--numbers", arguments.numbers, "different phone numbers");
    app.add_option("--first", arguments.first,
                   "number of the first call: others than another run's");
    app.add_option("--ledger", arguments.ledger, "the simulator's ledger (latency)");
    app.add_option("--patience", arguments.patience_s, "seconds until calls must have ended");
    CLI::App* post_command = app.add_subcommand("post", "POST /calls");
    CLI::App* life_command = app.add_subcommand("lifecycle", "POST /calls until all have ended");
    app.add_option("--rate", arguments.rate, "webhooks per second");
    CLI::App* latency_command = app.add_subcommand("latency", "from POST to dial, idle");
    CLI::App* webhook_command = app.add_subcommand("webhooks", "webhooks at a given rate");
    app.add_subcommand("roundtrip", "starts at an instant provider, one at a time");
    app.fallthrough();
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    nlohmann::json said;
    if (post_command->parsed()) {
        said = post(arguments);
    } else if (life_command->parsed()) {
        said = lifecycle(arguments);
    } else if (latency_command->parsed()) {
        said = latency(arguments);
    } else if (webhook_command->parsed()) {
        said = webhooks(arguments);
    } else {
        said = round_trip(arguments);
    }
    std::cout << said.dump() << "\n";
    return 0;
}

}  // namespace
}  // namespace ebra::load

int main(int count, char** words) {
    try {
        return ebra::load::run(count, words);
    } catch (const std::exception& error) {
        std::cerr << "ebra-load: " << error.what() << "\n";
        return 1;
    }
}
