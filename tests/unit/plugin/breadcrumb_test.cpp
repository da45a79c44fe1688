#include "plugin/breadcrumb.hpp"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <sys/mman.h>
#include <thread>

namespace ebra {
namespace {

TEST(Breadcrumb, IsThereAsLongAsItStands) {
    EXPECT_EQ(Breadcrumb::current(), "");
    {
        const Breadcrumb breadcrumb("provider-http", "webhook");
        EXPECT_EQ(Breadcrumb::current(), "provider-http.webhook");
    }
    EXPECT_EQ(Breadcrumb::current(), "");
}

TEST(Breadcrumb, TheInnermostCounts) {
    const Breadcrumb outer("store-sqlite", "claim");
    {
        const Breadcrumb inner("provider-http", "start_call");
        EXPECT_EQ(Breadcrumb::current(), "provider-http.start_call");
    }
    EXPECT_EQ(Breadcrumb::current(), "store-sqlite.claim");
}

TEST(Breadcrumb, BelongsToItsThread) {
    const Breadcrumb breadcrumb("store-sqlite", "claim");
    std::string on_another = "not run";
    std::thread([&] { on_another = Breadcrumb::current(); }).join();

    EXPECT_EQ(on_another, "");
}

TEST(CrashHandlerDeathTest, NamesThePluginOfARealFault) {
    const auto fault = [] {
        install_crash_handler();
        void* page = mmap(nullptr, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        const Breadcrumb breadcrumb("provider-http", "webhook");
        *static_cast<volatile char*>(page) = 1;
    };

    EXPECT_DEATH(fault(), "crashed in plugin provider-http\\.webhook \\(SIGSEGV\\)");
}

TEST(CrashHandlerDeathTest, LetsASentSignalEndTheProcess) {
    const auto send = [] {
        install_crash_handler();
        const Breadcrumb breadcrumb("store-sqlite", "claim");
        raise(SIGABRT);
    };

    EXPECT_EXIT(send(), testing::KilledBySignal(SIGABRT),
                "crashed in plugin store-sqlite\\.claim \\(SIGABRT\\)");
}

TEST(CrashHandlerDeathTest, SaysWhenNoPluginIsToBlame) {
    const auto abort_now = [] {
        install_crash_handler();
        std::abort();
    };

    EXPECT_EXIT(abort_now(), testing::KilledBySignal(SIGABRT),
                "crashed outside of plugins \\(SIGABRT\\)");
}

}  // namespace
}  // namespace ebra
