#include "fake_provider.hpp"

namespace ebra::testing {

namespace {

FakeProvider& provider_of(void* self) {
    return *static_cast<FakeProvider*>(self);
}

}  // namespace

FakeProvider::FakeProvider(Operations& completes_into) : operations(completes_into) {}

const ebra_provider* FakeProvider::table() {
    static const ebra_provider made = [] {
        auto table = plugin::sized<ebra_provider>();
        table.capabilities = [](void* self) { return provider_of(self).capabilities; };
        table.visibility_delay_ms = [](void* self) {
            return provider_of(self).visibility_delay_ms;
        };
        table.start_call = [](void* self, const ebra_start_request* request, ebra_op op,
                              ebra_error*) {
            provider_of(self).started.push_back(plugin::copy(request->reference));
            return provider_of(self).finish(op);
        };
        table.query_call = [](void* self, const ebra_placement_request* request, ebra_op op,
                              ebra_error*) {
            provider_of(self).queried.push_back(plugin::copy(request->reference));
            return provider_of(self).finish(op);
        };
        table.cancel_call = [](void* self, const ebra_placement_request* request, ebra_op op,
                               ebra_error*) {
            provider_of(self).canceled.push_back(plugin::copy(request->reference));
            return provider_of(self).finish(op);
        };
        return table;
    }();
    return &made;
}

ebra_status FakeProvider::finish(ebra_op op) {
    last_op = op;
    if (taken == EBRA_OK && answers) (void)operations.op_done(op, answer);
    return taken;
}

}  // namespace ebra::testing
