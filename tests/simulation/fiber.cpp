#include "fiber.hpp"

#include "assert.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace ebra::simulation {

namespace {

#if defined(__SANITIZE_ADDRESS__)
// Each variable has its own place with room around it, and nothing is optimised away.
constexpr std::size_t kStackBytes = 1024 * 1024;
#else
constexpr std::size_t kStackBytes = 256 * 1024;
#endif

Fiber* running = nullptr;

/// Gives a fiber a stack that it does not own.
class LentStack {
 public:
    explicit LentStack(char* stack) : stack_(stack) {}

    boost::context::stack_context allocate() {
        boost::context::stack_context lent;
        lent.size = kStackBytes;
        lent.sp = stack_ + kStackBytes;
        return lent;
    }
    void deallocate(boost::context::stack_context&) {}

 private:
    char* stack_;
};

}  // namespace

Fiber::Fiber() : stack_(new char[kStackBytes]) {
#if defined(__SANITIZE_THREAD__)
    sanitizer_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
    EBRA_ASSERT(!is_suspended_);
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(sanitizer_);
#endif
}

bool Fiber::run(std::function<void()> body) {
    EBRA_ASSERT(is_done_ && !is_suspended_);
    body_ = std::move(body);
    is_done_ = false;
    own_ = boost::context::fiber(std::allocator_arg, LentStack(stack_.get()),
                                 [this](boost::context::fiber&& caller) {
                                     caller_ = std::move(caller);
                                     enter();
                                     return std::move(caller_);
                                 });
    switch_in();
    return is_done_;
}

bool Fiber::resume() {
    EBRA_ASSERT(is_suspended_);
    is_suspended_ = false;
    switch_in();
    return is_done_;
}

void Fiber::suspend() {
    EBRA_ASSERT(running != nullptr);
    running->is_suspended_ = true;
    running->switch_out();
}

bool Fiber::is_inside() {
    return running != nullptr;
}

void Fiber::enter() {
    entered();
    body_();
    body_ = nullptr;
    is_done_ = true;
    leave(true);
}

void Fiber::switch_in() {
    EBRA_ASSERT(running == nullptr);
    running = this;
#if defined(__SANITIZE_ADDRESS__)
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, stack_.get(), kStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
    sanitizer_caller_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(sanitizer_, 0);
#endif
    own_ = std::move(own_).resume();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
    running = nullptr;
}

void Fiber::switch_out() {
    leave(false);
    caller_ = std::move(caller_).resume();
    entered();
}

/// Tells the sanitizer that its caller's stack is next; this one's comes back unless it `is_last`.
void Fiber::leave([[maybe_unused]] bool is_last) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(is_last ? nullptr : &fake_stack_, caller_stack_,
                                   caller_stack_bytes_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(sanitizer_caller_, 0);
#endif
}

/// Tells the sanitizer that this fiber's stack is in use.
void Fiber::entered() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack_, &caller_stack_, &caller_stack_bytes_);
    fake_stack_ = nullptr;
#endif
}

}  // namespace ebra::simulation
