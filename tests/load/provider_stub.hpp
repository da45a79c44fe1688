/// @file
/// ProviderStub: a provider that accepts every start, in a process of its own, so that its memory
/// and threads are not those of what is measured. Made before the process has threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <sys/types.h>

namespace ebra::test {

class ProviderStub {
 public:
    struct Pace {
        std::int64_t delay_ms = 0;
        /// The delay begins when so many requests are in, again and again: all are in flight then.
        std::uint64_t at_once = 1;
    };
    /// Answers so. With `certificate` and `key` it speaks TLS.
    explicit ProviderStub(Pace pace, const std::string& certificate = "",
                          const std::string& key = "");
    ~ProviderStub();
    ProviderStub(const ProviderStub&) = delete;
    ProviderStub& operator=(const ProviderStub&) = delete;

    const std::string& url() const { return url_; }
    /// How many requests have come in since it was made.
    int requests() const { return *requests_; }
    pid_t pid() const { return pid_; }

 private:
    [[noreturn]] void serve(Pace pace, const std::string& certificate, const std::string& key,
                            int out);

    std::atomic<int>* requests_ = nullptr;  ///< In memory shared with the stub's process.
    pid_t pid_ = -1;
    std::string url_;
};

}  // namespace ebra::test
