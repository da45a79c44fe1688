/// @file
/// Placing many calls on a server under test, from several connections at once.
#pragma once

#include "server.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace ebra::integration {

/// "+1415555NNNN"
inline std::string number(int n) {
    const std::string digits = std::to_string(10'000 + n % 10'000);
    return "+1415555" + digits.substr(1);
}

/// Places calls 0 to count-1 over `numbers` numbers, each with an idempotency key and as many tries
/// as it takes while the server comes and goes. Returns the ids acknowledged.
inline std::vector<std::string> place_calls(const std::string& url, int count, int numbers,
                                            int connections = 4) {
    std::vector<std::string> ids(static_cast<std::size_t>(count));
    std::atomic<int> next{0};
    const auto place = [&] {
        HttpClient client(url);
        for (int n = next++; n < count; n = next++) {
            const nlohmann::json body = {{"to", number(n % numbers)}, {"scriptId", "load"}};
            const HttpClient::Headers key = {"Idempotency-Key: load-" + std::to_string(n)};
            (void)eventually(std::chrono::seconds(60), [&] {
                const HttpAnswer answer = client.post("/calls", body, key);
                if (answer.status != 201) return false;
                ids[static_cast<std::size_t>(n)] = answer.json().value("id", "");
                return true;
            });
        }
    };
    std::vector<std::thread> threads;
    for (int n = 0; n < connections; ++n) threads.emplace_back(place);
    for (std::thread& thread : threads) thread.join();
    return ids;
}

}  // namespace ebra::integration
