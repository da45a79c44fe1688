/// @file
/// What every fuzz target of provider-http shares: the shipped presets, configured, and what must
/// hold for whatever they make of a provider's words. Aborts where it does not. Not thread-safe.
#pragma once

#include "answers.hpp"
#include "settings.hpp"

#include "ebra/abi/call.h"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http::fuzz {

/// What every shipped preset is given as a secret, and what must never be shown.
inline constexpr std::string_view kSecret = "s3cr3t-7f1c9e";

/// Every shipped preset, with whatever it requires. In the order of their names.
const std::vector<Settings>& shipped_settings();

/// `options` with whatever its preset still requires, as far as that can be guessed. The settings
/// are only sound when `problems` stays empty.
Settings completed_settings(std::string options, std::vector<Problem>& problems);

void check_event(const Event& event);
void check_start(const Outcome& outcome);
void check_lookup(const Outcome& outcome);

/// A call and its placement, with values for everything that a preset can name.
class SampleCall {
 public:
    SampleCall();
    SampleCall(const SampleCall&) = delete;
    SampleCall& operator=(const SampleCall&) = delete;

    const ebra_call& call() const { return call_; }
    std::string_view reference() const { return "0190a5c4-7b1e-7000-8000-0000000000aa.1"; }
    std::string_view callback_url() const { return "https://ebra.example.com/callbacks/p?ref=a"; }
    ebra_time_ms now() const { return 1'700'000'000'000; }

 private:
    ebra_call_spec spec_;
    ebra_call_state state_;
    ebra_placement placement_;
    ebra_call call_;
};

}  // namespace ebra::provider_http::fuzz
