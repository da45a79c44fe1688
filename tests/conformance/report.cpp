#include "report.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace ebra::conformance {

namespace {

/// `text` as one word of a shell.
std::string quoted(const std::string& text) {
    std::string made = "'";
    for (const char letter : text) {
        if (letter == '\'') {
            made += R"('\'')";
        } else {
            made += letter;
        }
    }
    return made + "'";
}

bool is_failure(Verdict verdict) {
    return verdict != Verdict::kPassed && verdict != Verdict::kSkipped;
}

}  // namespace

Report::Report(bool is_json, const Examinee& examinee, std::string program)
    : is_json_(is_json), examinee_(examinee), program_(std::move(program)) {
    if (!is_json_) std::printf("seed %llu\n", static_cast<unsigned long long>(examinee_.seed));
    std::fflush(stdout);
}

std::string Report::replay(const Case& one) const {
    std::string command = program_ + " " + quoted(examinee_.plugin_path) + " --options " +
                          quoted(examinee_.options_template);
    if (!examinee_.webhook_sample.empty()) {
        command += " --webhook " + quoted(examinee_.webhook_sample);
    }
    return command + " --only " + quoted("^" + one.name + "$") + " --seed " +
           std::to_string(examinee_.seed);
}

void Report::add(const Case& one, const CaseResult& result) {
    ++counts_.at(static_cast<std::size_t>(result.verdict));
    const std::string command = is_failure(result.verdict) ? replay(one) : "";
    if (is_json_) {
        const nlohmann::json line = {
            {"case", one.name},          {"status", name_of(result.verdict)},
            {"message", result.message}, {"took_ms", result.took_ms},
            {"seed", examinee_.seed},    {"replay", command}};
        std::printf("%s\n",
                    line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    } else {
        std::printf("%-9s %s (%lld ms)%s%s\n", name_of(result.verdict), one.name.c_str(),
                    static_cast<long long>(result.took_ms), result.message.empty() ? "" : ": ",
                    result.message.c_str());
        if (!command.empty()) std::printf("          replay: %s\n", command.c_str());
    }
    std::fflush(stdout);
}

void Report::end() const {
    if (is_json_) {
        nlohmann::json line;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            line[name_of(static_cast<Verdict>(i))] = counts_[i];
        }
        std::printf("%s\n", line.dump().c_str());
        return;
    }
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        std::printf("%s%d %s", i == 0 ? "" : ", ", counts_[i], name_of(static_cast<Verdict>(i)));
    }
    std::printf("\n");
}

bool Report::has_failures() const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] > 0 && is_failure(static_cast<Verdict>(i))) return true;
    }
    return false;
}

bool Report::has_only_skipped() const {
    return counts_[static_cast<std::size_t>(Verdict::kPassed)] == 0 && !has_failures();
}

}  // namespace ebra::conformance
