/* sqlite_schema.h - what stands in a store file, as SQL. */
#ifndef COLLECTOR_SQLITE_SCHEMA_H
#define COLLECTOR_SQLITE_SCHEMA_H

#include "collector/store.h"

#define SCHEMA_APPLICATION 0x4d616e59 /* "ManY": PRAGMA application_id */
#define SCHEMA_VERSION     2          /* PRAGMA user_version */

/* schema_step[v] makes version v + 1 of version v; 0 is an empty file. */
extern const char *const schema_step[SCHEMA_VERSION];

/* What the engine says to SQLite. */
enum statement {
    WAL,
    LINEAGE_OF,
    NEW_LINEAGE,
    COPY,
    CHECK,
    BEGIN,
    COMMIT,
    ROLLBACK,
    JOURNAL,
    APPEND,
    BLANK,
    KNOWN,
    READ_NUMBERS,
    READ_ALL,
    LIST_NUMBERS,
    LIST_ALL,
    PLACE,
    RESPONDENT,
    LIST_VERSIONS,
    ADD_VERSION,
    STATEMENTS
};

extern const char *const schema_sql[STATEMENTS];

/* And of the keyed tables, whose columns are `key` and `value`. */
enum keyed { PUT, REMOVE, GET, LIST, KEYED };

extern const char *const schema_keyed[STORE_TABLES][KEYED];

#endif
