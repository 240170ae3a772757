/* memory_table.c - sorted rows, and notes of what a transaction replaced.
 *
 * Insertion moves what stands behind: for the sizes of tests.
 */
#include "memory_table.h"

#include <stdlib.h>

static int compare(const struct memory_row *row, struct store_key key)
{
    const size_t both = row->key_len < key.len ? row->key_len : key.len;
    const int order = both ? memcmp(row->key, key.data, both) : 0;

    if (order)
        return order;
    return row->key_len < key.len ? -1 : row->key_len > key.len;
}

/* Where the key stands or would stand. */
static size_t find(const struct memory_table *t, struct store_key key,
                   bool *found)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(&t->row[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < t->count && compare(&t->row[low], key) == 0;
    return low;
}

/* Room for one row and one note more, so that a change cannot fail midway and
 * taking it back not at all. */
static enum status make_room(struct memory_tables *m, struct memory_table *t)
{
    if (t->count == t->cap) {
        const size_t cap = t->cap ? 2 * t->cap : 16;
        struct memory_row *row = realloc(t->row, cap * sizeof *row);

        if (!row)
            return ST_NOMEM;
        t->row = row;
        t->cap = cap;
    }
    if (m->notes == m->cap) {
        const size_t cap = m->cap ? 2 * m->cap : 16;
        struct memory_note *note = realloc(m->note, cap * sizeof *note);

        if (!note)
            return ST_NOMEM;
        m->note = note;
        m->cap = cap;
    }
    return ST_OK;
}

/* Make the key's row this one (no value: none), and tell what was there.  There
 * is room. */
static struct memory_row replace(struct memory_table *t, struct memory_row row)
{
    const struct store_key key = {row.key, row.key_len};
    struct memory_row was = row;
    bool found;
    const size_t at = find(t, key, &found);
    struct memory_row *here = t->row + at;

    was.value = NULL;
    if (found)
        was = *here;
    if (found && !row.value) {
        t->count--;
        memmove(here, here + 1, (t->count - at) * sizeof *here);
    } else if (!found && row.value) {
        memmove(here + 1, here, (t->count - at) * sizeof *here);
        t->count++;
    }
    if (row.value)
        *here = row;
    return was;
}

enum status tables_set(struct memory_tables *m, enum store_table t,
                       struct store_key key, const void *value, size_t len)
{
    struct memory_row row = {.key_len = key.len, .len = len};

    if (make_room(m, &m->table[t]) != ST_OK)
        return ST_NOMEM;
    if (value) {
        row.value = malloc(len + 1);
        if (!row.value)
            return ST_NOMEM;
        memcpy(row.value, value, len);
    }
    if (key.len)
        memcpy(row.key, key.data, key.len);
    m->note[m->notes].table = t;
    m->note[m->notes++].was = replace(&m->table[t], row);
    return ST_OK;
}

const struct memory_row *tables_get(const struct memory_tables *m,
                                    enum store_table t, struct store_key key)
{
    bool found;
    const size_t at = find(&m->table[t], key, &found);

    return found ? &m->table[t].row[at] : NULL;
}

void tables_list(const struct memory_tables *m, enum store_table t,
                 struct store_key from, struct store_key to, store_table_fn *fn,
                 void *ctx)
{
    const struct memory_table *table = &m->table[t];
    bool found;
    const size_t end = to.data ? find(table, to, &found) : table->count;

    for (size_t i = find(table, from, &found); i < end; i++) {
        const struct memory_row *row = &table->row[i];
        const struct store_key key = {row->key, row->key_len};

        if (!fn(ctx, key, row->value, row->len))
            break;
    }
}

void tables_commit(struct memory_tables *m)
{
    while (m->notes > 0)
        free(m->note[--m->notes].was.value);
}

void tables_rollback(struct memory_tables *m)
{
    while (m->notes > 0) {
        const struct memory_note *n = &m->note[--m->notes];

        free(replace(&m->table[n->table], n->was).value);
    }
}

void tables_free(struct memory_tables *m)
{
    tables_commit(m);
    free(m->note);
    for (size_t t = 0; t < STORE_TABLES; t++) {
        for (size_t i = 0; i < m->table[t].count; i++)
            free(m->table[t].row[i].value);
        free(m->table[t].row);
    }
}
