#include "pairs.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

namespace ebra::load {

namespace {

constexpr double kDoubt = 0.05;

struct Interval {
    double low = 0;
    double high = 0;
};

/// The order statistics that hold the median with at least 95 %, or the extremes.
Interval interval_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t count = values.size();
    std::size_t low = 0;
    double tail = 0;
    double term = std::pow(0.5, static_cast<double>(count));  // Chance of k values below.
    for (std::size_t k = 0; k < count / 2; ++k) {
        tail += term;
        if (2 * tail > kDoubt) break;
        low = k;
        term *= static_cast<double>(count - k) / static_cast<double>(k + 1);
    }
    return {values[low], values[count - 1 - low]};
}

std::string with_two_digits(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

std::string date() {
    const std::time_t now = std::time(nullptr);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", std::gmtime(&now));
    return text.data();
}

}  // namespace

double seconds_of(const std::function<void()>& body) {
    const auto started = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void Pairs::compare(const std::string& figure, const std::string& aim, const Round& measured,
                    const Round& base) {
    std::vector<double> ratios, left, right;
    measured();
    base();
    for (int i = 0; i < count_; ++i) {
        left.push_back(measured());
        right.push_back(base());
        ratios.push_back(left.back() / right.back());
    }
    std::array<char, 80> beside{};
    std::snprintf(beside.data(), beside.size(), "(%.0f/s against %.0f/s)", median_of(left),
                  median_of(right));
    report(figure, aim, ratios, beside.data());
}

void Pairs::report(const std::string& figure, const std::string& aim,
                   const std::vector<double>& values, const std::string& beside) {
    const Interval interval = interval_of(values);
    lines_.push_back("| " + figure + " | " + with_two_digits(median_of(values)) + " | " +
                     with_two_digits(interval.low) + " .. " + with_two_digits(interval.high) +
                     " | " + std::to_string(values.size()) + " | " + aim + " | " + beside + " |");
    std::printf("%s\n", lines_.back().c_str());
    std::fflush(stdout);
}

void Pairs::print_table(const std::string& command) const {
    std::array<double, 1> load{};
    getloadavg(load.data(), 1);
    std::printf("\n%s, `%s`, %u cores, load %.1f at the end\n\n", date().c_str(), command.c_str(),
                std::thread::hardware_concurrency(), load[0]);
    std::printf("| figure | median | 95 %% interval | pairs | aim | beside it |\n");
    std::printf("|---|---|---|---|---|---|\n");
    for (const std::string& line : lines_) std::printf("%s\n", line.c_str());
}

}  // namespace ebra::load
