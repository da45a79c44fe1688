#include "fake_process.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <curl/curl.h>
#include <memory>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace ebra::test {

namespace {

std::string read_line(int descriptor) {
    std::string line;
    char letter = 0;
    while (read(descriptor, &letter, 1) == 1 && letter != '\n') line += letter;
    return line;
}

std::size_t append(char* data, std::size_t one, std::size_t size, void* into) {
    static_cast<std::string*>(into)->append(data, one * size);
    return one * size;
}

}  // namespace

FakeProvider::FakeProvider(const std::vector<std::string>& arguments) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (pipe(input.data()) != 0 || pipe(output.data()) != 0) throw std::runtime_error("no pipes");
    std::vector<std::string> words = {EBRA_PYTHON, "-B", EBRA_FAKE_PROVIDER};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> raw;
    for (std::string& word : words) raw.push_back(word.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], 0);
    posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    for (const int end : {input[0], input[1], output[0], output[1]}) {
        posix_spawn_file_actions_addclose(&actions, end);
    }
    const int failed = posix_spawnp(&pid_, EBRA_PYTHON, &actions, nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    close(output[1]);
    input_ = input[1];
    if (failed == 0) url_ = read_line(output[0]);
    close(output[0]);
    if (url_.empty()) throw std::runtime_error("the fake provider does not start");
    url_.pop_back();
}

FakeProvider::~FakeProvider() {
    close(input_);
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

FakeProvider& fresh_fake() {
    static FakeProvider fake;
    fake.reset();
    return fake;
}

void FakeProvider::set_outcome(const std::string& call, const std::string& outcome) const {
    control("outcome", {{"call", call}, {"outcome", outcome}});
}

std::string FakeProvider::body_of(const nlohmann::json& signed_webhook) {
    static const std::string kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string text = signed_webhook.at("body");
    std::string made;
    unsigned int kept = 0;
    int bits = 0;
    for (const char digit : text.substr(0, text.find('='))) {
        kept = (kept << 6) | static_cast<unsigned int>(kDigits.find(digit));
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        made += static_cast<char>((kept >> bits) & 255);
    }
    return made;
}

nlohmann::json FakeProvider::control(const std::string& what, const nlohmann::json& order) const {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(),
                                                                   &curl_easy_cleanup);
    const std::string url = url_ + "/_fake/" + what;
    const std::string body = order.dump();
    std::string answer;
    curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(easy.get(), CURLOPT_FAILONERROR, 1L);
    if (!order.is_null()) curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &append);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
    const CURLcode code = curl_easy_perform(easy.get());
    if (code != CURLE_OK) {
        throw std::runtime_error("the fake provider refuses " + what + " " + body + ": " +
                                 curl_easy_strerror(code));
    }
    return nlohmann::json::parse(answer);
}

}  // namespace ebra::test
