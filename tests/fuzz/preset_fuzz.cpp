// Whatever stands in a preset file: a preset or problems, the same each time, each problem on a
// line of the file. A sound preset makes sound requests, and whatever an answer or a webhook says
// in it is within the limits of the ABI.
#include "call_scope.hpp"
#include "encoding.hpp"
#include "message.hpp"
#include "preset_reader.hpp"
#include "provider_promises.hpp"
#include "request_maker.hpp"
#include "require.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <unistd.h>

namespace ebra::provider_http::fuzz {
namespace {

using ebra::fuzz::require;

constexpr const char* kFile = "p.toml";

/// A file that exists in memory alone: options name presets by file.
class MemoryFile {
 public:
    MemoryFile() : descriptor_(memfd_create("preset", MFD_CLOEXEC)) {
        require(descriptor_ >= 0, "there is a file in memory");
    }
    ~MemoryFile() { close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    void fill(std::string_view text) const {
        require(ftruncate(descriptor_, 0) == 0, "the file is emptied");
        const auto written = pwrite(descriptor_, text.data(), text.size(), 0);
        require(written == static_cast<ssize_t>(text.size()), "it is filled");
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
    const int descriptor_;
};

/// "p.toml:LINE: key" lies in a file of so many lines.
void check_problem(const Problem& problem, std::size_t lines) {
    require(!problem.text.empty(), "a problem says what is wrong");
    const std::string& at = problem.pointer;
    const std::size_t from = std::string_view(kFile).size() + 1;
    require(at.rfind(std::string(kFile) + ":", 0) == 0, "a problem names the file");
    std::size_t line = 0;
    const auto [end, error] = std::from_chars(at.data() + from, at.data() + at.size(), line);
    require(error == std::errc() && *end == ':', "and a line");
    // The top of the file stands for what is missing in it.
    require(line <= lines + 1, "which is in the file");
}

void check_request(const Settings& settings, const RequestRule& rule, const SampleCall& sample) {
    const CallScope scope(settings, sample.call(), sample.reference(), sample.callback_url(),
                          sample.now());
    try {
        const HttpRequest made = make_request(settings, rule, scope, sample.now());
        require(!made.method.empty(), "a request has a method");
        for (const auto& [name, value] : made.headers) {
            require(value.find_first_of("\r\n") == std::string::npos, "a header is one line");
        }
        const bool is_json = rule.encoding == BodyFormat::kJson && !made.body.empty();
        require(!is_json || nlohmann::json::accept(made.body), "a JSON body is JSON");
    } catch (const CannotMake& thrown) {
        require(*thrown.what() != '\0', "a request that cannot be made says why");
    }
}

HttpAnswer answer_of(int status, const char* body) {
    HttpAnswer answer;
    answer.fate = Fate::kAnswered;
    answer.status = status;
    answer.headers = {{"Retry-After", "7"}};
    answer.body = body;
    return answer;
}

constexpr const char* kBodies[] = {
    "",
    R"({"id":"call-1","status":"ended","reason":"busy","cost":"0.17","duration":"42"})",
    R"([{"id":"call-1","at":"2024-01-02T03:04:05Z"},{"id":"\u0000","at":1e300}])",
};

void check_answers(const Settings& settings, const SampleCall& sample) {
    const Preset& preset = settings.preset;
    for (const char* body : kBodies) {
        for (const int status : {200, 201, 404, 429, 500}) {
            check_start(read_start_answer(settings, answer_of(status, body), sample.now()));
            for (const auto* lookup : {&preset.query, &preset.reconcile}) {
                if (!*lookup) continue;
                check_lookup(read_lookup_answer(settings, **lookup, answer_of(status, body),
                                                sample.reference(), "{}"));
            }
            if (preset.cancel) read_cancel_answer(settings, answer_of(status, body));
        }
        if (!preset.webhook) continue;
        const Message message(0, {{"X-Any", "any"}}, body, preset.webhook->format);
        const EventRule* rule = find_rule(preset.webhook->events, message);
        if (rule != nullptr) check_event(make_event(*rule, message));
    }
}

void check_settings_of(const MemoryFile& file) {
    static const SampleCall sample;
    const nlohmann::json options = {{"preset_file", file.path()},
                                    {"base_url", "https://api.example.com"}};
    std::vector<Problem> problems;
    const Settings settings = completed_settings(options.dump(), problems);
    if (!problems.empty()) return;
    const Preset& preset = settings.preset;
    check_request(settings, preset.start.request, sample);
    if (preset.query) check_request(settings, preset.query->request, sample);
    if (preset.reconcile) check_request(settings, preset.reconcile->request, sample);
    if (preset.cancel) check_request(settings, preset.cancel->request, sample);
    check_answers(settings, sample);
}

}  // namespace
}  // namespace ebra::provider_http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ebra::provider_http;
    static const fuzz::MemoryFile file;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.find(fuzz::kSecret) != std::string_view::npos) return 0;

    std::vector<Problem> problems;
    std::vector<Problem> again;
    read_preset(text, fuzz::kFile, problems);
    read_preset(text, fuzz::kFile, again);

    ebra::fuzz::require(problems.size() == again.size(), "the same file is the same twice");
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const Problem& problem : problems) fuzz::check_problem(problem, lines);
    if (!problems.empty()) return 0;
    file.fill(text);
    fuzz::check_settings_of(file);
    return 0;
}
