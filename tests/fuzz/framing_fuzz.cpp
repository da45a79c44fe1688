// Whatever the bytes and however they are cut: the same verdict, no byte beyond the input, no body
// beyond the limit, and a message that can be made into a request.
#include "http/request.hpp"
#include "require.hpp"

namespace {

using ebra::FramingState;
using ebra::fuzz::require;
using Verdict = ebra::Framing::Verdict;

constexpr ebra::FramingLimits kLimits{2048, 16, 512};

ebra::Framing frame_in_pieces(std::string_view input, std::size_t step, FramingState& state) {
    for (std::size_t size = 0; size < input.size(); size += step) {
        const auto framing = ebra::frame_message(input.substr(0, size), kLimits, state);
        if (framing.verdict != Verdict::kNeedMore) return framing;
    }
    return ebra::frame_message(input, kLimits, state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    FramingState whole_state;
    const auto whole = ebra::frame_message(input, kLimits, whole_state);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
        FramingState state;
        const auto pieces = frame_in_pieces(input, step, state);
        require(pieces.verdict == whole.verdict, "cuts change the verdict");
        require(pieces.status == whole.status, "cuts change the status");
        require(pieces.length == whole.length, "cuts change the length");
        if (whole.verdict != Verdict::kMessage) continue;
        require(state.body(input) == whole_state.body(input), "cuts change the body");
    }
    if (whole.verdict == Verdict::kReject) {
        require(whole.status >= 400 && whole.status < 600, "a refusal has a status");
    }
    if (whole.verdict == Verdict::kMessage) {
        require(whole.length > 0 && whole.length <= input.size(), "a message lies in the input");
        require(whole_state.body(input).size() <= kLimits.body_bytes_max, "bodies are limited");
        const auto request = ebra::make_request(input, whole_state, "peer");
        require(request.ok() || !request.error().message.empty(), "a refusal has a reason");
    }
    return 0;
}
