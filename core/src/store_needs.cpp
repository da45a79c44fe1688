#include "store_needs.hpp"

namespace ebra {

std::vector<UnmetNeed> unmet_needs(const Config& config, const ebra_plugin& store) {
    std::vector<UnmetNeed> unmet;
    const auto require = [&](bool is_asked, const char* interface, const char* key) {
        if (!is_asked || store.get_interface(interface) != nullptr) return;
        unmet.push_back({key, std::string("\"") + key + "\" is set, but the store " + store.id +
                                  " cannot carry it out: it offers no " + interface +
                                  "; set it to \"0s\", or use store-sqlite or store-postgres"});
    };
    require(config.engine.min_gap_per_number_ms > 0, EBRA_STORE_GAP_ID,
            "engine.min_gap_per_number");
    require(config.engine.keep_finished_ms > 0, EBRA_STORE_RETAIN_ID, "engine.keep_finished");
    return unmet;
}

}  // namespace ebra
