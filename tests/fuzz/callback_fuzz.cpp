// Whatever the body of POST /callbacks/call-status, with and without a reference in the URL: an
// outcome with an id, or a problem that can be sent.
#include "callback_request.hpp"
#include "require.hpp"

#include <nlohmann/json.hpp>

namespace {

using ebra::fuzz::require;

void check(const ebra::HttpRequest& request) {
    const auto read = ebra::read_status_callback(request);
    if (const auto* problem = std::get_if<ebra::Problem>(&read)) {
        require(problem->status == 400 || problem->status == 415, "the contract's codes");
        require(nlohmann::json::accept(ebra::to_response(*problem).body), "a problem is JSON");
        return;
    }
    const auto& body = std::get<ebra::CallbackBody>(read);
    const ebra::StatusCallback& callback = body.callback;
    require(callback.outcome != ebra::Outcome::kNone, "a callback has an outcome");
    require(
        !callback.ref.empty() || !callback.provider_call_id.empty() || !callback.call_id.empty(),
        "and names a call");
    require(callback.provider_call_id.size() <= ebra::kProviderIdBytesMax, "ids have a limit");
    require(callback.reason.size() <= ebra::kReasonBytesMax, "reasons too");
    require(callback.duration_ms >= -1, "no call is shorter than nothing");
    require(callback.completed_at >= 0, "nor ended before there were telephones");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ebra::HttpRequest request;
    request.headers = {{"Content-Type", "application/json"}};
    request.body.assign(reinterpret_cast<const char*>(data), size);
    check(request);
    request.query = {{"ref", "reference"}};
    check(request);
    return 0;
}
