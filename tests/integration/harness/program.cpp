#include "program.hpp"

#include "child.hpp"

namespace ebra::integration {

namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

ProgramRun run_program(const std::vector<std::string>& arguments,
                       const std::filesystem::path& folder,
                       const std::vector<std::string>& environment) {
    std::vector<std::string> command = {EBRA_BINARY};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Child child(command, environment, folder.string());
    ProgramRun run;
    while (const auto line = child.read_line(kPatience)) run.output += *line + "\n";
    run.code = child.wait(kPatience).value_or(-1);
    run.errors = child.errors();
    return run;
}

}  // namespace ebra::integration
