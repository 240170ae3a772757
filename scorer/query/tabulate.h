/* tabulate.h - the sums of the cells that a query asks for.
 *
 * Reads each form's cells once, by month where the months are whole and the
 * dimensions allow, else by day, and adds them up under the codes asked for.
 * A cell asked for costs (GROUPS + 1) numbers a place of its form's layout: 22
 * kB for the indices of 24 items; weighted, twice as much.
 */
#ifndef QUERY_TABULATE_H
#define QUERY_TABULATE_H

#include "cells_handle.h"
#include "held.h"
#include "intern.h"
#include "layout.h"
#include "scorer/query.h"

#define TABLE_BYTES_MAX ((size_t)128 << 20)

struct table_key {
    uint32_t form;                       /* index in the query's list */
    int32_t month;                       /* of a query by period, else 0 */
    char code[DIMENSIONS][CODE_MAX + 1]; /* by_count of them are kept */
};

/* The sums of a cell, GROUPS + 1 strips of `stride` places: of the answers in
 * each group and, last, of all.  Weighted (else NULL) are GROUPS + 2: what the
 * weights without a group make of the answers without it; all; and each sum of
 * all with squares of the weights. */
struct table_cell {
    size_t stride;
    int64_t *sums;
    double *weighted;
};

enum { ALL = GROUPS, SQUARES }; /* strips */

struct tabulation {
    const struct query *query;
    uint32_t frames;
    struct intern keys;      /* the beginning of struct table_key */
    struct table_cell *cell; /* by number of the key */
    size_t cap, bytes;
    bool *met;         /* as in struct scores */
    struct held *held; /* what readers have; NULL: all that is known */
};

static inline const int64_t *table_sums(const struct table_cell *c,
                                        size_t strip)
{
    return c->sums + strip * c->stride;
}

static inline const double *table_weighted(const struct table_cell *c,
                                           size_t strip)
{
    return c->weighted + strip * c->stride;
}

/* Which frames a query means. */
uint32_t query_frames(const struct query *q);

/* Whether the reader may see it: the one place that says so. */
bool query_in_scope(const struct query *q, const struct cell *cell);
/* In scope, and all filters hold. */
bool query_asks(const struct query *q, const struct cell *cell);
/* The cells by month keep all that the query's words turn on; `scope_only`:
 * that the reader's scope does. */
bool query_by_month(const struct query *q, bool scope_only);

/* A form of the query. */
struct table_form {
    const struct layout *layout;
    uint32_t index;              /* in the query's list */
    const struct people *people; /* their weights; NULL: each counts once */
};

/* Add a form's cells.  ST_RANGE: more than TABLE_BYTES_MAX. */
MUST_USE enum status tabulate(struct tabulation *t, struct cells *c,
                              const struct table_form *form, struct err *err);
void tabulation_free(struct tabulation *t);

/* Copy of the key with that number. */
void tabulation_key(const struct tabulation *t, size_t number,
                    struct table_key *out);

#endif
