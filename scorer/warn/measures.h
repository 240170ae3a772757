/* measures.h - what is charted: indices of constructs, means of items, or the
 * share of high answers to them; each of 0 to 100.
 *
 * An index is that of scorer/index.h with one set of item weights for all days:
 * those of the whole period asked for (or of the base of the query), so that a
 * chart moves with answers alone.  Weights that move have an alarm of their own
 * (drift.h).
 */
#ifndef WARN_MEASURES_H
#define WARN_MEASURES_H

#include "scorer/counts.h"

struct measured_item {
    char code[ITEM_CODE_MAX + 1];
    double u;
};

struct measure {
    char survey[SURVEY_CODE_MAX + 1];
    uint8_t form[HASH_SIZE];
    char code[ITEM_CODE_MAX + 8];
    int rate; /* an answer counts 100 from here on, else 0; INT_MIN: a mean */
    size_t items;
    struct measured_item *item;
};

struct measures {
    size_t count;
    struct measure *list; /* those of a form stand together */
    size_t unweighted;    /* constructs left out: no item weights */
};

struct measures_plan {
    const struct query *query; /* whole days of the weights */
    const char *items;         /* "SAT1,SAT2"; NULL: the constructs */
    int rate;                  /* INT_MIN: none */
};

/* ST_NOTFOUND: nothing is known of the survey or family, or of an item. */
MUST_USE enum status measures_find(struct engine *e,
                                   const struct measures_plan *plan,
                                   struct measures *out, struct err *err);
void measures_free(struct measures *m);

#endif
