/**
 * @file
 * "ebra.store.migrate/1": the schema's versions, before there is an instance. `create` migrates by
 * itself; this is for looking first and for doing it on its own.
 */
#ifndef EBRA_ABI_EXT_STORE_MIGRATE_H
#define EBRA_ABI_EXT_STORE_MIGRATE_H

#include "ebra/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EBRA_STORE_MIGRATE_ID "ebra.store.migrate/1"

typedef struct ebra_migration {
    uint32_t struct_size;
    int32_t number;   /**< From 1. */
    int32_t applied;  /**< 1 = is in the store. */
    int32_t reserved; /**< 0 */
    ebra_str name;
    ebra_str sql;
} ebra_migration;

typedef struct ebra_migration_sink {
    void *context;
    void (*put)(void *context, const ebra_migration *migration);
} ebra_migration_sink;

typedef struct ebra_store_migrate {
    uint32_t struct_size;
    uint32_t reserved;

    /** Puts every migration this plugin knows, in order, and says which are applied. Changes nothing; a
        store that does not exist yet has none applied. EBRA_UNSUPPORTED: the store's schema is newer than
        this plugin. [setup] May block. */
    ebra_status (*list)(ebra_str config_json, const ebra_migration_sink *sink, ebra_error *error);

    /** Applies what is missing, each in its own transaction, and puts what it applied. Safe when several
        processes do it at once. [setup] May block. */
    ebra_status (*apply)(ebra_str config_json, const ebra_migration_sink *sink, ebra_error *error);
} ebra_store_migrate;

#ifdef __cplusplus
}
#endif

#endif
