#include "serving.hpp"

#include <csignal>
#include <fstream>
#include <gtest/gtest.h>

namespace ebra::integration {

using std::chrono::seconds;

std::string toml_of(const nlohmann::json& options) {
    std::string made;
    for (const auto& [name, value] : options.items()) {
        made += (made.empty() ? "{ " : ", ") + name + " = " + value.dump();
    }
    return made + " }";
}

Serving::Serving(const std::filesystem::path& folder, const std::string& options,
                 const std::string& engine, ServingPlace place)
    : folder_(folder), options_(options), engine_(engine), place_(std::move(place)) {
    start("127.0.0.1:0");
}

void Serving::start(const std::string& listen) {
    const std::filesystem::path config = folder_ / ("ebra" + std::to_string(place_.node) + ".toml");
    const std::string sqlite = "plugin = \"store-sqlite\"\noptions = { path = \"" +
                               (folder_ / "ebra.db").string() + "\" }";
    std::ofstream file(config);
    file << "[engine]\nglobal_concurrency = 100\nbase_retry = \"1s\"\nlease = \"5s\"\n"
         << engine_ << "\n[http]\nlisten = \"" << listen << "\"\n"
         << place_.http << "\n"
         << "[store]\n"
         << (place_.store.empty() ? sqlite : place_.store) << "\n"
         << "[[provider]]\nname = \"main\"\nplugin = \"provider-http\"\n"
         << place_.provider << "\noptions = " << options_ << "\n";
    file.close();
    child_ = std::make_unique<Child>(
        std::vector<std::string>{EBRA_BINARY, "serve", "--config", config.string()},
        place_.environment, folder_.string());
    const auto line = child_->read_until("http://", seconds(20));
    ASSERT_TRUE(line.has_value()) << child_->errors();
    const std::size_t from = line->find("http://");
    url_ = line->substr(from, line->find_first_of(" /\r", from + 7) - from);
}

void Serving::kill_and_restart() {
    child_->signal(SIGKILL);
    ASSERT_TRUE(child_->wait(seconds(10)).has_value());
    start(url_.substr(std::string("http://").size()));
}

nlohmann::json Serving::call(const std::string& id) const {
    HttpClient client(url_);
    return client.get("/calls/" + id).json();
}

nlohmann::json Serving::counts() const {
    HttpClient client(url_);
    return client.get("/metrics").json();
}

bool Serving::wait_until_all_ended(seconds patience) const {
    return eventually(patience, [&] {
        const nlohmann::json now = counts();
        return now.is_object() && now.value("PENDING", -1) == 0 &&
               now.value("IN_PROGRESS", -1) == 0;
    });
}

}  // namespace ebra::integration
