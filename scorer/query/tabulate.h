/* tabulate.h - the sums of the cells that a query asks for.
 *
 * Reads each form's cells once, by month where the months are whole and the
 * dimensions allow, else by day, and adds them up under the codes asked for.
 * A cell asked for costs GROUPS x (2 x items + constructs) numbers: 22 kB for
 * 24 items.
 */
#ifndef QUERY_TABULATE_H
#define QUERY_TABULATE_H

#include "cells_handle.h"
#include "intern.h"
#include "scorer/query.h"

#define TABLE_BYTES_MAX ((size_t)128 << 20)

struct table_key {
    uint32_t form;                       /* index in the query's list */
    int32_t month;                       /* of a query by period, else 0 */
    char code[DIMENSIONS][CODE_MAX + 1]; /* by_count of them are kept */
};

struct tabulation {
    const struct query *query;
    uint32_t frames;
    struct intern keys; /* the beginning of struct table_key */
    int64_t **sums;     /* by number of the key */
    size_t cap, bytes;
    bool *met; /* as in struct scores */
};

/* Which frames a query means. */
uint32_t query_frames(const struct query *q);

/* Whether the reader may see it: the one place that says so. */
bool query_in_scope(const struct query *q, const struct cell *cell);
/* In scope, and all filters hold. */
bool query_asks(const struct query *q, const struct cell *cell);
/* The cells by month keep all that the query's words turn on; `scope_only`:
 * that the reader's scope does. */
bool query_by_month(const struct query *q, bool scope_only);

/* Add a form's cells.  ST_RANGE: more than TABLE_BYTES_MAX. */
MUST_USE enum status tabulate(struct tabulation *t, struct cells *c,
                              const struct form *form, uint32_t index,
                              struct err *err);
void tabulation_free(struct tabulation *t);

/* Copy of the key with that number. */
void tabulation_key(const struct tabulation *t, size_t number,
                    struct table_key *out);

/* The sums of a group: of stored answers by model item, answers by model
 * item, rows that answer an item of each construct. */
struct group_sums {
    int64_t *sum, *n, *answered;
};
struct group_sums tabulation_sums(const struct tabulation *t, size_t number,
                                  const struct form *form, size_t group);

#endif
