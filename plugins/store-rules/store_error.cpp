#include "store_error.hpp"

namespace ebra::rules {

StoreError invalid(const std::string& message) {
    return StoreError(EBRA_INVALID_ARGUMENT, message);
}

}  // namespace ebra::rules
