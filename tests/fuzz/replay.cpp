// Runs the fuzz target on each file of some folders, without libFuzzer.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER...\n", arguments[0]);
        return 2;
    }
    std::size_t files = 0;
    for (int at = 1; at < count; ++at) {
        for (const auto& entry : std::filesystem::directory_iterator(arguments[at])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
            // A broken promise aborts: the last line names the input.
            std::printf("%s\n", entry.path().c_str());
            std::fflush(stdout);
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++files;
        }
    }
    std::printf("%zu inputs replayed\n", files);
    return files > 0 ? 0 : 1;
}
