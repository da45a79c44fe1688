#include "http/slow_writer.hpp"

#include <array>
#include <future>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace ebra {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kBytes = 4 * 1024 * 1024;

// A pair of connected sockets; what is written to `ours` fills up until `theirs` is read.
struct SocketPair {
    SocketPair() {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
        ours = UniqueFd(fds[0]);
        theirs = UniqueFd(fds[1]);
    }
    std::size_t read_all(std::size_t size) const {
        std::string buffer(65536, '\0');
        std::size_t total = 0;
        while (total < size) {
            const ssize_t got = ::recv(theirs.get(), buffer.data(), buffer.size(), 0);
            if (got <= 0) break;
            total += static_cast<std::size_t>(got);
        }
        return total;
    }
    UniqueFd ours;
    UniqueFd theirs;
};

SlowWrite make_write(int fd, std::promise<bool>& outcome, milliseconds limit) {
    SlowWrite write;
    write.fd = fd;
    write.bytes = std::string(kBytes, 'x');
    write.deadline = steady_clock::now() + limit;
    write.done = [&outcome](bool is_delivered) { outcome.set_value(is_delivered); };
    return write;
}

TEST(SlowWriter, AReaderThatReads_GetsAllBytes) {
    SlowWriter writer(8, 2 * kBytes);
    SocketPair pair;
    std::promise<bool> outcome;
    ASSERT_TRUE(writer.start());

    ASSERT_TRUE(writer.submit(make_write(pair.ours.get(), outcome, seconds(30))));

    EXPECT_EQ(pair.read_all(kBytes), kBytes);
    EXPECT_TRUE(outcome.get_future().get());
}

TEST(SlowWriter, AReaderThatStalls_IsGivenUpAtItsDeadlineAndOthersAreNot) {
    SlowWriter writer(8, 2 * kBytes);
    SocketPair stalled;
    SocketPair reading;
    std::promise<bool> stalled_outcome;
    std::promise<bool> reading_outcome;
    ASSERT_TRUE(writer.start());

    ASSERT_TRUE(writer.submit(make_write(stalled.ours.get(), stalled_outcome, milliseconds(50))));
    ASSERT_TRUE(writer.submit(make_write(reading.ours.get(), reading_outcome, seconds(30))));

    EXPECT_FALSE(stalled_outcome.get_future().get());
    EXPECT_EQ(reading.read_all(kBytes), kBytes);
    EXPECT_TRUE(reading_outcome.get_future().get());
}

TEST(SlowWriter, AReaderThatLeaves_IsNoticedBeforeTheDeadline) {
    SlowWriter writer(8, 2 * kBytes);
    SocketPair pair;
    std::promise<bool> outcome;
    ASSERT_TRUE(writer.start());
    ASSERT_TRUE(writer.submit(make_write(pair.ours.get(), outcome, seconds(60))));

    pair.theirs = UniqueFd();

    EXPECT_FALSE(outcome.get_future().get());
}

TEST(SlowWriter, LimitsOfCountAndBytes_Refuse) {
    SlowWriter two(2, 10 * kBytes);
    SlowWriter small(8, kBytes + 1);
    SocketPair pair;
    std::array<std::promise<bool>, 4> outcomes;
    ASSERT_TRUE(two.start());
    ASSERT_TRUE(small.start());

    EXPECT_TRUE(two.submit(make_write(pair.ours.get(), outcomes[0], seconds(60))));
    EXPECT_TRUE(two.submit(make_write(pair.ours.get(), outcomes[1], seconds(60))));
    EXPECT_FALSE(two.submit(make_write(pair.ours.get(), outcomes[2], seconds(60))));
    EXPECT_TRUE(small.submit(make_write(pair.ours.get(), outcomes[3], seconds(60))));
    EXPECT_FALSE(small.submit(make_write(pair.ours.get(), outcomes[2], seconds(60))));

    two.stop();
    small.stop();
}

TEST(SlowWriter, Stop_GivesUpWhatIsLeftAndTakesNoMore) {
    SlowWriter writer(8, 2 * kBytes);
    SocketPair pair;
    std::promise<bool> outcome;
    std::promise<bool> unused;
    ASSERT_TRUE(writer.start());
    ASSERT_TRUE(writer.submit(make_write(pair.ours.get(), outcome, seconds(60))));

    writer.stop();

    EXPECT_FALSE(outcome.get_future().get());
    EXPECT_FALSE(writer.submit(make_write(pair.ours.get(), unused, seconds(60))));
}

}  // namespace
}  // namespace ebra
