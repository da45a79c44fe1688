/// @file
/// HttpProvider: one configured provider over HTTP. Owned by the host through the border in
/// plugin.cpp. All functions may be called from any thread and none blocks; completions come from
/// the loop's thread. It never sends a start twice and never reads a clock but the host's.
#pragma once

#include "answers.hpp"
#include "settings.hpp"
#include "transfer_loop.hpp"

#include "ebra/abi/provider.h"

namespace ebra::provider_http {

class HttpProvider {
 public:
    HttpProvider(const ebra_host* host, Settings settings);
    HttpProvider(const HttpProvider&) = delete;
    HttpProvider& operator=(const HttpProvider&) = delete;

    std::uint64_t capabilities() const { return capabilities_; }
    std::int64_t visibility_delay_ms() const { return settings_.preset.visibility_delay_ms; }

    /// As `ebra_provider.start_call`, `query_call`, `cancel_call`, `webhook`.
    ebra_status start(const ebra_start_request& request, ebra_op op, ebra_error* error);
    ebra_status query(const ebra_placement_request& request, ebra_op op, ebra_error* error);
    ebra_status cancel(const ebra_placement_request& request, ebra_op op, ebra_error* error);
    ebra_status webhook(const ebra_webhook& webhook, const ebra_webhook_sink& sink,
                        ebra_error* error) const;
    /// As `ebra_provider_preview.preview`. Throws CannotMake where start() does.
    ebra_status preview(const ebra_start_request& request, const ebra_text_sink& sink) const;

 private:
    ebra_status submit(HttpRequest request, OnAnswer done, ebra_error* error);
    const LookupRule* lookup_for(const ebra_placement_request& request) const;

    const ebra_host* const host_;
    const Settings settings_;
    const std::uint64_t capabilities_;
    TransferLoop loop_;  // Last: its thread uses all of the above.
};

}  // namespace ebra::provider_http
