#include "server_fixture.hpp"

namespace ebra {

namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kTaskThreads = 4;

HttpResponse text(std::string body) {
    return {200, "text/plain", {}, std::move(body)};
}

std::string tag_of(const HttpRequest& request) {
    return std::string(request.query_param("tag").value_or("-"));
}

}  // namespace

TaskThread::TaskThread() : thread_([this] { run(); }) {}

TaskThread::~TaskThread() {
    post(nullptr);
    thread_.join();
}

void TaskThread::post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_one();
}

void TaskThread::run() {
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !tasks_.empty(); });
        const std::function<void()> task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        if (!task) return;
        task();
    }
}

ServerFixture::ServerFixture() {
    options_.address = "127.0.0.1:0";
    for (std::size_t i = 0; i < kTaskThreads; ++i) {
        threads_.push_back(std::make_unique<TaskThread>());
    }
}

ServerFixture::~ServerFixture() {
    server_.reset();
}

void ServerFixture::start() {
    server_ = std::make_unique<HttpServer>(options_, make_router());
    const Status started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
}

Router ServerFixture::make_router() {
    Router router;
    router.add("GET", "/now", [](HttpRequest request, Responder responder) {
        responder.send(text(tag_of(request)));
    });
    router.add("GET", "/soon", [this](HttpRequest request, Responder responder) {
        threads_[next_thread_++ % kTaskThreads]->post(
            [responder, tag = tag_of(request)] { responder.send(text(tag)); });
    });
    router.add("GET", "/later", [this](HttpRequest request, Responder responder) {
        const std::lock_guard lock(mutex_);
        later_.emplace_back(tag_of(request), responder);
        came_.notify_all();
    });
    router.add("GET", "/big", [](HttpRequest request, Responder responder) {
        const std::string size(request.query_param("bytes").value_or("1"));
        responder.send(text(std::string(std::stoul(size), 'x')));
    });
    router.add("POST", "/echo", [](HttpRequest request, Responder responder) {
        responder.send(text(std::move(request.body)));
    });
    router.add("GET", "/header", [](HttpRequest request, Responder responder) {
        responder.send(text(std::string(request.header("x-signature").value_or("-"))));
    });
    router.add("GET", "/drop", [](HttpRequest, Responder) {});
    router.add("GET", "/throw", [](HttpRequest, Responder) { throw 42; });
    return router;
}

void ServerFixture::wait_for_later(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(came_.wait_for(lock, kPatience, [&] { return later_.size() >= count; }));
}

void ServerFixture::release() {
    std::vector<std::pair<std::string, Responder>> released;
    {
        const std::lock_guard lock(mutex_);
        released.swap(later_);
    }
    for (const auto& [tag, responder] : released) responder.send(text(tag));
}

bool ServerFixture::wait_for_stats(const std::function<bool(const HttpStats&)>& is_reached) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
        if (is_reached(server_->stats())) return true;
        std::this_thread::yield();
    }
    return false;
}

}  // namespace ebra
