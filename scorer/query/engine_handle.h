/* engine_handle.h - the inside of struct engine, for this folder. */
#ifndef QUERY_ENGINE_HANDLE_H
#define QUERY_ENGINE_HANDLE_H

#include "estimate.h"
#include "people_cells.h"

/* What was made for the watermark's answers, and with which weights of people.
 */
struct fit_kept {
    struct item_weights *fit;
    uint8_t weighting[HASH_SIZE];
    bool held; /* for readers */
};
struct weighed {
    struct people *people;
    struct people_of of;
    uint8_t weighting[HASH_SIZE];
};

struct remote;

struct engine {
    struct remote *remote; /* connected: then nothing of what follows */
    struct store *store;
    bool owns_store;
    struct cells *cells;
    /* what readers have, opened when one asks */
    char *held_path; /* NULL: a file of its own */
    struct held *held;
    struct watermark fitted_at; /* the cells', when these were made */
    size_t fits, weighings;
    struct fit_kept *fit;
    struct weighed *weighed;
};

/* Throw away what was fitted. */
void engine_forget(struct engine *e);

/* ---- the forms that a query is about ---- */

struct selection {
    bool family; /* to be rolled up */
    size_t count;
    const struct form **form; /* by survey code, then form */
    double *rollup;           /* weight of each */
};
MUST_USE enum status select_forms(struct engine *e, const struct query *q,
                                  struct selection *out, struct err *err);
void selection_free(struct selection *s);

/* ST_INVALID with the cause. */
MUST_USE enum status query_check(const struct query *q, struct err *err);

/* The hexadecimal BLAKE2b-128 of what was asked, as a question of `kind`, and
 * of what was known. */
MUST_USE enum status query_name(const char *kind, const struct query *q,
                                const struct selection *s,
                                const struct watermark *w, char out[33],
                                struct err *err);

/* ---- a query under way ---- */

struct answering {
    struct engine *engine;
    const struct query *query;
    struct selection forms;
    struct weighting weighting;
    struct tabulation table;
    struct estimates estimates;
    struct err *err;
};

/* Of `engine`, `query` and `err`; end it whatever came. */
MUST_USE enum status answering_begin(struct answering *a);
/* Tabulate form i of the query. */
MUST_USE enum status answering_form(struct answering *a, size_t i,
                                    const struct layout *layout);
void answering_end(struct answering *a);
/* The estimates of one form, by what is held for readers: for deciding what
 * they may see. */
MUST_USE enum status answering_one(struct answering *a,
                                   const struct form *form);

/* The weights of those who answered a form (or entered its fit), from month to
 * month, made once; NULL: everybody counts once. */
MUST_USE enum status answering_people(struct answering *a,
                                      const struct people_of *of,
                                      const struct people **out);
/* All who answered form i of the query in its months. */
struct people_of answering_everybody(const struct answering *a, size_t i);
/* How people and surveys are weighed, into its estimates. */
MUST_USE enum status answering_label(struct answering *a);

/* The item weights of a form's cell. */
MUST_USE enum status engine_weights(struct answering *a,
                                    const struct table_key *key,
                                    const struct item_weights **out);

/* Cells of the table in the order in which they are told: by code, then form;
 * `number` are the numbers of their keys. */
void table_order(struct answering *a, uint32_t *number);

/* The estimates of all that is tabulated. */
MUST_USE enum status estimates_make(struct answering *a);

/* As scores in one block of memory. */
MUST_USE enum status records_make(const struct estimates *l,
                                  const struct query *q, struct scores *out);

#endif
