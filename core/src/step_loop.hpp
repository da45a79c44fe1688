/// @file
/// StepLoop: the thin thread around a step function: step, wait as long as it says, again. Owned by
/// the engine. stop() ends the wait and joins; the step under way is finished.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace ebra {

class StepLoop {
 public:
    struct Parts {
        std::string name;                        ///< The thread's name; at most 15 characters.
        std::function<std::int64_t()> step;      ///< Returns how long to wait, in milliseconds.
        std::function<void(std::int64_t)> wait;  ///< Waits so long, or until woken.
        std::function<void()> wake;              ///< Ends a wait.
    };

    explicit StepLoop(Parts parts) : parts_(std::move(parts)) {}
    ~StepLoop() { stop(); }
    StepLoop(const StepLoop&) = delete;
    StepLoop& operator=(const StepLoop&) = delete;

    /// Starts the thread. Once.
    void start();

    /// Ends the thread and joins it. May be called again.
    void stop();

 private:
    void run();

    const Parts parts_;
    std::atomic<bool> is_stopping_{false};
    std::thread thread_;
};

}  // namespace ebra
