// The ledger file: shared, whole lines, mended after a kill.
#include "ledger_file.hpp"
#include "sim_face.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <thread>

namespace ebra::sim::test {
namespace {

void write_to(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::app) << text;
}

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(LedgerFile, CutsOffALastLineTornByAKill) {
    Folder folder;
    write_to(folder.ledger(), "{\"whole\":1}\n{\"to");

    LedgerFile ledger(folder.ledger());
    EXPECT_TRUE(ledger.append("{\"next\":2}\n"));

    EXPECT_EQ(text_of(folder.ledger()), "{\"whole\":1}\n{\"next\":2}\n");
}

TEST(LedgerFile, CutsOffATornFirstLineToo) {
    Folder folder;
    write_to(folder.ledger(), "{\"to");

    const LedgerFile ledger(folder.ledger());

    EXPECT_EQ(text_of(folder.ledger()), "");
}

TEST(LedgerFile, LeavesTheFileAloneWhileAnotherHasItOpen) {
    Folder folder;
    const LedgerFile first(folder.ledger());
    write_to(folder.ledger(), "{\"under way");

    const LedgerFile second(folder.ledger());

    EXPECT_EQ(text_of(folder.ledger()), "{\"under way");
}

TEST(LedgerFile, KeepsLinesOfManyWritersWhole) {
    constexpr int kWriters = 4;
    constexpr std::size_t kLines = 500;
    Folder folder;
    std::vector<std::thread> writers;
    for (int n = 0; n < kWriters; ++n) {
        writers.emplace_back([&folder, n] {
            LedgerFile ledger(folder.ledger());
            const std::string line =
                nlohmann::json{{"writer", n}, {"text", std::string(300, 'x')}}.dump() + "\n";
            for (std::size_t written = 0; written < kLines; ++written) {
                EXPECT_TRUE(ledger.append(line));
            }
        });
    }
    for (std::thread& writer : writers) writer.join();

    const auto lines = lines_of(folder.ledger());

    EXPECT_EQ(lines.size(), kWriters * kLines);
    for (const auto& line : lines) EXPECT_TRUE(line.is_object());
}

TEST(LedgerFile, OfNoNameTakesEverythingAndKeepsNothing) {
    LedgerFile ledger("");

    EXPECT_TRUE(ledger.append("x\n"));
}

}  // namespace
}  // namespace ebra::sim::test
