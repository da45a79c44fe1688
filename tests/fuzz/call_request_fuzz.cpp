// Whatever the body of POST or PATCH /calls: a request within its limits, or a problem that can be
// sent. A second JSON parser must agree with what was taken.
#include "call_request.hpp"
#include "json_text.hpp"
#include "require.hpp"

#include <nlohmann/json.hpp>

namespace {

using ebra::fuzz::require;

constexpr std::size_t kMetadataBytesMax = 256;

void check_problem(const ebra::Problem& problem) {
    require(problem.status >= 400 && problem.status < 500, "it is the client's fault");
    require(nlohmann::json::accept(ebra::to_response(problem).body), "a problem is JSON");
}

void check_metadata(const std::string& metadata, const std::string& body) {
    require(metadata.size() <= kMetadataBytesMax, "metadata has a limit");
    // Discarded: a number beyond a double's range, which Ebra keeps and this parser does not.
    const auto meant = nlohmann::json::parse(metadata, nullptr, false);
    require(meant.is_discarded() || meant.is_object(), "metadata is an object");
    require(metadata == "{}" || body.find(metadata) != std::string::npos, "kept byte for byte");
}

void check_number(const std::string& number) {
    require(number.size() >= 3 && number.size() <= 16 && number[0] == '+', "a number is E.164");
    require(number.find_first_not_of("0123456789", 1) == std::string::npos, "of plain digits");
}

void check_canonical(const std::string& body) {
    const std::string canonical = ebra::canonical_json(body);
    require(ebra::canonical_json(canonical) == canonical, "the canonical form is its own");
    const auto meant = nlohmann::json::parse(body, nullptr, false);
    if (meant.is_discarded()) return;
    require(nlohmann::json::parse(canonical) == meant, "and means the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ebra::PhoneNumbers phones(ebra::PhoneCheck::kPossible, "US");
    const ebra::CallRules rules{phones, kMetadataBytesMax};
    ebra::HttpRequest request;
    request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "key"}};
    request.body.assign(reinterpret_cast<const char*>(data), size);

    const bool is_json = ebra::read_json_object(request.body).ok();
    if (is_json) check_canonical(request.body);
    const auto made = ebra::read_call_request(request, rules);
    if (const auto* call = std::get_if<ebra::CallRequest>(&made)) {
        require(is_json, "a call is made from JSON");
        check_number(call->to);
        check_metadata(call->metadata_json, request.body);
        require(!call->script_id.empty(), "there is a script");
        require(call->script_id.size() <= ebra::kScriptIdBytesMax, "of limited length");
        require(!call->request_digest.empty(), "a request with a key has a digest");
    } else {
        check_problem(std::get<ebra::Problem>(made));
    }
    const auto changed = ebra::read_call_change(request, rules, "id");
    if (const auto* change = std::get_if<ebra::CallChange>(&changed)) {
        if (change->to) check_number(*change->to);
        if (change->metadata_json) check_metadata(*change->metadata_json, request.body);
        require(change->to || change->script_id || change->metadata_json, "a change changes");
    } else {
        check_problem(std::get<ebra::Problem>(changed));
    }
    return 0;
}
