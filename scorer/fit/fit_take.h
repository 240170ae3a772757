/* fit_take.h - one record of answers after another into the data of a fit,
 * wherever they come from. */
#ifndef SCORER_FIT_TAKE_H
#define SCORER_FIT_TAKE_H

#include "fit.h"

struct fit_taker;

struct fit_word {
    const char *text;
    size_t len;
};

struct fit_record {
    const uint8_t *row; /* the model's items */
    double weight;
    const struct fit_word *label; /* [FIT_LABELS] */
    unsigned group;               /* of the jackknife; GROUPS: the next */
};

/* What is taken goes to `data`, of which `plan` is set and the rest zero; the
 * caller frees it with fit_data_free whatever becomes of this.  `keep`: every
 * row, and the labels whose bit is set in `labels`. */
MUST_USE enum status fit_taker_new(struct fit_data *data, bool keep,
                                   unsigned labels, struct fit_taker **out);
void fit_taker_free(struct fit_taker **t);

/* ST_RANGE: over FIT_BYTES_MAX of kept rows, or a label that is none. */
MUST_USE enum status fit_take(struct fit_taker *t, const struct fit_record *r,
                              struct err *err);
/* Sum up what is left, and the total. */
MUST_USE enum status fit_taker_finish(struct fit_taker *t);

#endif
