/** @file Everything stable in the Ebra plugin ABI. */
#ifndef EBRA_ABI_EBRA_H
#define EBRA_ABI_EBRA_H

#include "ebra/abi/base.h"
#include "ebra/abi/call.h"
#include "ebra/abi/ext/store_check.h"
#include "ebra/abi/ext/store_gap.h"
#include "ebra/abi/ext/store_migrate.h"
#include "ebra/abi/ext/store_outbox.h"
#include "ebra/abi/ext/store_retain.h"
#include "ebra/abi/ext/store_timeline.h"
#include "ebra/abi/host.h"
#include "ebra/abi/plugin.h"
#include "ebra/abi/provider.h"
#include "ebra/abi/store.h"

#endif
