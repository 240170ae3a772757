/* forms.h - the surveys that the answers in the log belong to.
 *
 * Answers name a version; sums are kept by form.  Versions are read from the
 * store when first met and kept: neither ever changes.
 */
#ifndef QUERY_FORMS_H
#define QUERY_FORMS_H

#include "collector/store.h"
#include "scorer/pls.h"

struct form {
    const struct survey *survey; /* the version met last */
    uint32_t number;             /* in the cube, from 1; 0: nothing summed */
    bool modelled;
    struct pls_model model; /* without one: a construct of the scale item */
    size_t items;
    /* Counters of a group of answers: start[i] + v - 1 is how often item i was
     * answered with stored value v (texts have none), start[items] + c how
     * many rows answer no item of construct c (mostly 0, which costs nothing).
     */
    uint32_t start[ITEMS_MAX + 1];
    size_t counters;
};

struct version {
    struct survey *survey;
    struct form *form;
};

struct forms {
    size_t versions, count;
    struct version **version;
    struct form **form;
};

void forms_free(struct forms *f);

/* The version with that hash, read from the store unless known.  ST_NOTFOUND
 * when the store has no such definition, ST_CORRUPT when it cannot be read. */
MUST_USE enum status forms_version(struct forms *f, struct store *store,
                                   const uint8_t hash[HASH_SIZE],
                                   const struct version **out, struct err *err);
/* Read every definition of the store. */
MUST_USE enum status forms_load(struct forms *f, struct store *store,
                                struct err *err);

/* How many different items of the model a row must answer to enter the fit:
 * 80 %, or all where only complete rows count. */
size_t form_least(const struct form *f);

#endif
