#include "sim_face.hpp"

#include "ebra/plugin.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace ebra::sim::test {

namespace {

using plugin::sized;
using plugin::str;

ebra_op next_op() {
    static std::atomic<ebra_op> next{1};
    return next++;
}

/// A call and what hangs on it, alive as long as this.
struct CallView {
    explicit CallView(std::string_view reference)
        : spec(sized<ebra_call_spec>()),
          state(sized<ebra_call_state>()),
          placement(sized<ebra_placement>()),
          call(sized<ebra_call>()) {
        spec.id = str(reference.substr(0, reference.rfind('.')));
        placement.number = 1;
        placement.provider = str("sim");
        call.spec = &spec;
        call.state = &state;
        call.placement = &placement;
    }
    CallView(const CallView&) = delete;
    CallView& operator=(const CallView&) = delete;

    ebra_call_spec spec;
    ebra_call_state state;
    ebra_placement placement;
    ebra_call call;
};

}  // namespace

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ebra-sim-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

Folder::~Folder() {
    std::error_code ignored;  // A leftover folder must not hide the test's own verdict.
    std::filesystem::remove_all(path_, ignored);
}

std::vector<nlohmann::json> lines_of(const std::string& ledger) {
    std::vector<nlohmann::json> lines;
    std::ifstream file(ledger);
    for (std::string line; std::getline(file, line);) {
        lines.push_back(nlohmann::json::parse(line, nullptr, false));
    }
    return lines;
}

SimFace::SimFace(FakeHost& host, const nlohmann::json& options)
    : host_(host),
      plugin_(ebra_plugin_v1()),
      table_(static_cast<const ebra_provider*>(plugin_->get_interface(EBRA_PROVIDER_ID))) {
    auto error = sized<ebra_error>();
    const std::string text = options.dump();
    EXPECT_EQ(plugin_->create(host.table(), str(text), &self_, &error), EBRA_OK) << error.message;
}

SimFace::~SimFace() {
    destroy();
}

void SimFace::destroy() {
    if (self_ != nullptr) plugin_->destroy(self_);
    self_ = nullptr;
}

ebra_op SimFace::start(const Start& start, ebra_status* status) {
    CallView view(start.reference);
    view.spec.to = str(start.to);
    auto request = sized<ebra_start_request>();
    request.timeout_ms = 30'000;
    request.send_by_ns = start.send_by_ns;
    request.call = &view.call;
    request.reference = str(start.reference);
    request.callback_url = str(start.callback_url);
    const ebra_op op = next_op();
    auto error = sized<ebra_error>();
    const ebra_status made = table_->start_call(self_, &request, op, &error);
    if (status == nullptr) {
        EXPECT_EQ(made, EBRA_OK) << error.message;
    } else {
        *status = made;
    }
    return op;
}

Completion SimFace::place(const Start& start) {
    const auto made = host_.wait(this->start(start));
    EXPECT_TRUE(made.has_value()) << start.reference << " was not answered";
    return made.value_or(Completion{});
}

Completion SimFace::ask(Ask function, const About& about) {
    CallView view(about.reference);
    view.placement.provider_call_id = str(about.provider_call_id);
    view.placement.claimed_at = about.claimed_at;
    auto request = sized<ebra_placement_request>();
    request.call = &view.call;
    request.reference = str(about.reference);
    const ebra_op op = next_op();
    auto error = sized<ebra_error>();
    EXPECT_EQ(function(self_, &request, op, &error), EBRA_OK) << error.message;
    const auto made = host_.wait(op);
    EXPECT_TRUE(made.has_value()) << about.reference << " was not answered";
    return made.value_or(Completion{});
}

Completion SimFace::query(const About& about) {
    return ask(table_->query_call, about);
}

Completion SimFace::cancel(const About& about) {
    return ask(table_->cancel_call, about);
}

std::vector<std::string> problems_of(const std::string& options_json) {
    std::vector<std::string> found;
    ebra_config_sink sink{};
    sink.context = &found;
    sink.put = [](void* context, const ebra_config_problem* problem) {
        std::string line = plugin::copy(problem->pointer) + ": " + plugin::copy(problem->text);
        if (problem->nearest.size > 0) line += " (" + plugin::copy(problem->nearest) + ")";
        static_cast<std::vector<std::string>*>(context)->push_back(line);
    };
    const ebra_status status = ebra_plugin_v1()->check_config(str(options_json), &sink);
    EXPECT_EQ(status == EBRA_OK, found.empty());
    return found;
}

std::string refusal_of(const nlohmann::json& options) {
    FakeHost host;
    void* self = nullptr;
    auto error = sized<ebra_error>();
    const std::string text = options.dump();
    if (ebra_plugin_v1()->create(host.table(), str(text), &self, &error) != EBRA_OK) {
        return error.message;
    }
    ebra_plugin_v1()->destroy(self);
    return "";
}

}  // namespace ebra::sim::test
