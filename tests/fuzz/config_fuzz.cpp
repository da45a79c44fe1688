// Whatever stands in a config file: a config or problems, the same each time; problems that can be
// shown, each on a line of the file; and never what a variable stands for.
#include "require.hpp"

#include "ebra/config.hpp"

#include <algorithm>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace {

using ebra::fuzz::require;

/// Not found in any input by chance.
constexpr std::string_view kSecret = "s3cr3t-7f1c9e";

/// A file that exists in memory alone.
class MemoryFile {
 public:
    MemoryFile() : descriptor_(memfd_create("config", MFD_CLOEXEC)) {
        require(descriptor_ >= 0, "there is a file in memory");
    }
    ~MemoryFile() { close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    void fill(const std::uint8_t* data, std::size_t size) const {
        require(ftruncate(descriptor_, 0) == 0, "the file is emptied");
        require(pwrite(descriptor_, data, size, 0) == static_cast<ssize_t>(size), "it is filled");
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
    const int descriptor_;
};

std::optional<std::string> variable(std::string_view name) {
    if (name == "SECRET") return std::string(kSecret);
    if (name == "NOISE") return "\xff\xfe";
    return std::nullopt;
}

void check_text(const std::string& text) {
    require(text.find(kSecret) == std::string::npos, "what a variable stands for is not shown");
    require(text.find('\x1b') == std::string::npos, "nothing controls the terminal");
}

void check_problem(const ebra::ConfigProblem& problem, std::size_t lines) {
    require(!problem.message.empty(), "a problem says what is wrong");
    require(problem.at.line <= lines + 1, "a problem lies in the file");
    require((problem.at.line == 0) == (problem.at.column == 0), "a place has line and column");
    check_text(ebra::format_problem(problem));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const MemoryFile file;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.find(kSecret) != std::string_view::npos) return 0;
    file.fill(data, size);
    ebra::ConfigInput input;
    input.file = file.path();
    input.environment = variable;
    input.working_directory = "/proc/self/fd/none";

    const auto loaded = ebra::load_config(input);
    const auto again = ebra::load_config(input);

    require(loaded.index() == again.index(), "the same file is the same twice");
    if (const auto* config = std::get_if<0>(&loaded)) {
        for (const auto& setting : config->effective) check_text(setting.value);
        require(config->shared_digest() == std::get<0>(again).shared_digest(), "so is the digest");
        return 0;
    }
    const auto& problems = std::get<1>(loaded);
    require(!problems.empty(), "a refusal has problems");
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const auto& problem : problems) check_problem(problem, lines);
    return 0;
}
