#include "real_time.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>

namespace ebra::sim {

namespace {

constexpr std::size_t kBootTagLength = 8;

std::int64_t read_ns(clockid_t id) {
    timespec reading{};
    clock_gettime(id, &reading);
    return static_cast<std::int64_t>(reading.tv_sec) * 1'000'000'000 + reading.tv_nsec;
}

std::string read_boot_tag() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id.size() >= kBootTagLength ? id.substr(0, kBootTagLength) : "unknown";
}

}  // namespace

std::int64_t monotonic_ns() {
    return read_ns(CLOCK_MONOTONIC);
}

std::int64_t wall_ms() {
    return read_ns(CLOCK_REALTIME) / kNsPerMs;
}

const std::string& boot_tag() {
    static const std::string tag = read_boot_tag();
    return tag;
}

std::string iso_time(std::int64_t wall_ms) {
    const std::time_t seconds = wall_ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> date{};
    const std::size_t length = strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(wall_ms % 1000));
    return std::string(date.data(), length) + fraction.data();
}

}  // namespace ebra::sim
