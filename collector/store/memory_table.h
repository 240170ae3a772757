/* memory_table.h - the keyed tables of the in-memory store. */
#ifndef COLLECTOR_MEMORY_TABLE_H
#define COLLECTOR_MEMORY_TABLE_H

#include "base/bytes.h"
#include "collector/store.h"

struct memory_row {
    size_t key_len, len;
    uint8_t key[STORE_KEY_MAX];
    uint8_t *value; /* NULL, in a note: the key was not there */
};

struct memory_table {
    size_t count, cap;
    struct memory_row *row; /* by key */
};

/* What a change replaced. */
struct memory_note {
    enum store_table table;
    struct memory_row was;
};

struct memory_tables {
    struct memory_table table[STORE_TABLES];
    size_t notes, cap;
    struct memory_note *note; /* of this transaction */
};

/* Puts a copy of `value`, or with NULL removes the key. */
MUST_USE enum status tables_set(struct memory_tables *m, enum store_table t,
                                struct store_key key, const void *value,
                                size_t len);
/* NULL when there is no such key. */
const struct memory_row *tables_get(const struct memory_tables *m,
                                    enum store_table t, struct store_key key);
void tables_list(const struct memory_tables *m, enum store_table t,
                 struct store_key from, struct store_key to, store_table_fn *fn,
                 void *ctx);
void tables_commit(struct memory_tables *m);
void tables_rollback(struct memory_tables *m);
void tables_free(struct memory_tables *m);

#endif
