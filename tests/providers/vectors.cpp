#include "vectors.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ebra::test {

namespace {

using nlohmann::json;

std::vector<json> files_of(const std::string& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(EBRA_VECTORS "/" + folder)) {
        if (entry.path().extension() == ".json") paths.push_back(entry.path());
    }
    if (paths.empty()) throw std::runtime_error("no vectors in " + folder);
    std::sort(paths.begin(), paths.end());
    std::vector<json> made;
    for (const auto& path : paths) {
        std::ifstream file(path);
        made.push_back(json::parse(file));
    }
    return made;
}

SignedWebhook webhook_of(const json& file) {
    SignedWebhook made;
    made.name = file.at("name");
    made.is_under_next_secret = file.at("secret") == "next";
    made.url = file.at("url");
    made.body = file.at("body");
    made.expect = file.at("expect");
    for (const json& header : file.at("headers")) made.headers.emplace_back(header[0], header[1]);
    return made;
}

WebhookVectors webhooks_of(const json& file) {
    WebhookVectors made;
    made.name = file.at("name");
    made.signed_by = file.at("signed_by");
    made.options = file.at("options");
    if (file.contains("preset")) {
        made.options["preset"] = file.at("preset");
    } else {
        made.options["preset_file"] = EBRA_VECTORS "/" + file.at("preset_file").get<std::string>();
    }
    made.secret_option = file.at("secret_option");
    made.secret = file.at("secrets").at(0);
    made.next_secret = file.at("secrets").at(1);
    for (const json& name : file.at("signature_headers")) made.signature_headers.push_back(name);
    made.tolerance_ms = file.at("tolerance_s").get<std::int64_t>() * 1'000;
    const auto before_s = file.value("tolerance_before_s", made.tolerance_ms / 1'000);
    made.tolerance_before_ms = before_s * 1'000;
    made.covers_body = file.value("covers_body", true);
    made.now = file.at("now_ms");
    for (const json& webhook : file.at("webhooks")) made.webhooks.push_back(webhook_of(webhook));
    return made;
}

RequestVector request_of(const json& file) {
    RequestVector made;
    made.name = file.at("name");
    made.made_by = file.at("made_by");
    made.what = file.at("what");
    made.base_path = file.at("base_path");
    made.options = file.at("options");
    made.options["preset"] = file.at("preset");
    made.state = file.at("state");
    made.is_proto = file.at("is_proto");
    made.claims = file.value("claims", json());
    const json& request = file.at("request");
    made.method = request.at("method");
    made.target = request.at("target");
    made.headers = request.at("headers");
    made.body = request.at("body");
    return made;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const WebhookVectors& vectors) {
    return out << vectors.name;
}

std::ostream& operator<<(std::ostream& out, const RequestVector& vector) {
    return out << vector.name;
}

std::vector<WebhookVectors> webhook_vectors() {
    std::vector<WebhookVectors> made;
    for (const json& file : files_of("webhooks")) made.push_back(webhooks_of(file));
    return made;
}

std::vector<RequestVector> request_vectors() {
    std::vector<RequestVector> made;
    for (const json& file : files_of("requests")) made.push_back(request_of(file));
    return made;
}

}  // namespace ebra::test
