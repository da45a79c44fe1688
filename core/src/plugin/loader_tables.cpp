#include "plugin/loader.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace ebra {

namespace {

Error table_broken(std::string_view plugin, const std::string& rule) {
    return plugin_refused(ErrorCode::kInvalidArgument, std::string(plugin), rule,
                          "ask its author for a corrected build");
}

Error lacks(std::string_view plugin, const char* table, const std::string& functions) {
    return table_broken(plugin, std::string("its table \"") + table +
                                    "\" lacks the required function " + functions);
}

/// `table` as this program knows the struct: what the plugin's is too small for is zero.
template <typename Table>
Table full_size(const Table* table) {
    Table full{};
    // Half a pointer at the plugin's end must not become a whole one here.
    const std::size_t fields = table->struct_size - table->struct_size % sizeof(void*);
    std::memcpy(&full, table, std::min(fields, sizeof full));
    full.struct_size = sizeof full;
    return full;
}

/// True when the table is there and large enough to say how large it is.
template <typename Table>
bool is_sized(const Table* table) {
    return table != nullptr && table->struct_size >= sizeof table->struct_size;
}

std::string missing_function(const ebra_store& store) {
#define EBRA_REQUIRED(function) \
    if (store.function == nullptr) return #function
    EBRA_REQUIRED(capabilities);
    EBRA_REQUIRED(now);
    EBRA_REQUIRED(enqueue);
    EBRA_REQUIRED(patch);
    EBRA_REQUIRED(claim);
    EBRA_REQUIRED(advance);
    EBRA_REQUIRED(reclaim);
    EBRA_REQUIRED(lease_renew);
    EBRA_REQUIRED(lease_end);
    EBRA_REQUIRED(limits_set);
    EBRA_REQUIRED(limits_get);
    EBRA_REQUIRED(setting);
    EBRA_REQUIRED(get);
    EBRA_REQUIRED(find);
    EBRA_REQUIRED(list);
    EBRA_REQUIRED(counts);
    EBRA_REQUIRED(explain);
    EBRA_REQUIRED(health);
    EBRA_REQUIRED(wait);
    EBRA_REQUIRED(wake);
#undef EBRA_REQUIRED
    return {};
}

std::int64_t no_visibility_delay(void*) {
    return 0;
}

ebra_status placement_unsupported(void*, const ebra_placement_request*, ebra_op, ebra_error*) {
    return EBRA_UNSUPPORTED;
}

ebra_status webhook_unsupported(void*, const ebra_webhook*, const ebra_webhook_sink*, ebra_error*) {
    return EBRA_UNSUPPORTED;
}

void fill_gaps(ebra_provider& provider) {
    if (provider.visibility_delay_ms == nullptr) provider.visibility_delay_ms = no_visibility_delay;
    if (provider.query_call == nullptr) provider.query_call = placement_unsupported;
    if (provider.cancel_call == nullptr) provider.cancel_call = placement_unsupported;
    if (provider.webhook == nullptr) provider.webhook = webhook_unsupported;
}

}  // namespace

Result<ebra_store> check_store_table(std::string_view plugin, const ebra_store* table) {
    if (!is_sized(table)) {
        return table_broken(plugin, "it does not offer the interface \"" EBRA_STORE_ID "\"");
    }
    const ebra_store full = full_size(table);
    const std::string missing = missing_function(full);
    if (!missing.empty()) return lacks(plugin, EBRA_STORE_ID, missing);
    return full;
}

Result<ebra_provider> check_provider_table(std::string_view plugin, const ebra_provider* table) {
    if (!is_sized(table)) {
        return table_broken(plugin, "it does not offer the interface \"" EBRA_PROVIDER_ID "\"");
    }
    ebra_provider full = full_size(table);
    if (full.capabilities == nullptr) return lacks(plugin, EBRA_PROVIDER_ID, "capabilities");
    if (full.start_call == nullptr) return lacks(plugin, EBRA_PROVIDER_ID, "start_call");
    fill_gaps(full);
    return full;
}

Status check_provider_capabilities(std::string_view plugin, const ebra_provider* table,
                                   std::uint64_t capabilities) {
    const ebra_provider own = full_size(table);
    const auto promised = [&](std::uint64_t bit) { return (capabilities & bit) != 0; };
    const std::string rest = ", which its capabilities promise";
    if (promised(EBRA_PROVIDER_WEBHOOKS) && own.webhook == nullptr) {
        return lacks(plugin, EBRA_PROVIDER_ID, "webhook" + rest);
    }
    if (promised(EBRA_PROVIDER_QUERY) && own.query_call == nullptr) {
        return lacks(plugin, EBRA_PROVIDER_ID, "query_call" + rest);
    }
    if (promised(EBRA_PROVIDER_CANCEL) && own.cancel_call == nullptr) {
        return lacks(plugin, EBRA_PROVIDER_ID, "cancel_call" + rest);
    }
    return Done{};
}

}  // namespace ebra
