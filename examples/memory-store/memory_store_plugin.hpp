/// @file
/// The memory store's descriptor, for those who link it in instead of loading it: tests.
#pragma once

#include "ebra/abi/ebra.h"

/// The same descriptor that the loadable plugin's `ebra_plugin_v1` returns.
const ebra_plugin* ebra_memory_store_plugin();
