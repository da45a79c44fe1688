/// @file
/// Fiber: a function on a stack of its own that can stop in the middle and go on later. It is how
/// one node's thread stands still inside a call into the store while the world goes on, in one
/// thread and in the same order for the same seed. Not thread-safe.
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>
#include <memory>

namespace ebra::simulation {

class Fiber {
 public:
    Fiber();
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Runs `body` until it ends or suspends; true when it has ended. Only when not suspended.
    bool run(std::function<void()> body);

    /// Goes on where it suspended; true when the body has ended.
    bool resume();

    /// True between a suspend() and the resume() that follows.
    bool is_suspended() const { return is_suspended_; }

    /// Stops the running fiber; its run() or resume() returns. Only inside a fiber.
    static void suspend();

    /// True inside a fiber's body.
    static bool is_inside();

 private:
    void enter();
    void switch_in();
    void switch_out();
    void leave(bool is_last);
    void entered();

    std::unique_ptr<char[]> stack_;
    boost::context::fiber own_;     // Where it goes on.
    boost::context::fiber caller_;  // Where its caller does.
    std::function<void()> body_;
    bool is_suspended_ = false;
    bool is_done_ = true;
    void* sanitizer_ = nullptr;         // The sanitizer's view of this fiber.
    void* sanitizer_caller_ = nullptr;  // And of whoever runs it.
    void* fake_stack_ = nullptr;
    const void* caller_stack_ = nullptr;
    std::size_t caller_stack_bytes_ = 0;
};

}  // namespace ebra::simulation
