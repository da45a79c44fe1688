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
    getcontext(&own_);
    own_.uc_stack.ss_sp = stack_.get();
    own_.uc_stack.ss_size = kStackBytes;
    own_.uc_link = nullptr;
    makecontext(&own_, &Fiber::enter, 0);
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
    running->switch_out(false);
}

bool Fiber::is_inside() {
    return running != nullptr;
}

void Fiber::enter() {
    Fiber* self = running;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &self->caller_stack_, &self->caller_stack_bytes_);
#endif
    self->body_();
    self->body_ = nullptr;
    self->is_done_ = true;
    self->switch_out(true);
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
    swapcontext(&caller_, &own_);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
    running = nullptr;
}

void Fiber::switch_out(bool is_last) {
#if defined(__SANITIZE_ADDRESS__)
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(is_last ? nullptr : &fake_stack, caller_stack_,
                                   caller_stack_bytes_);
#else
    (void)is_last;
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(sanitizer_caller_, 0);
#endif
    swapcontext(&own_, &caller_);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, &caller_stack_, &caller_stack_bytes_);
#endif
}

}  // namespace ebra::simulation
