/* fit_sample.h - the rows that count, for what works from rows. */
#ifndef SCORER_FIT_SAMPLE_H
#define SCORER_FIT_SAMPLE_H

#include "fit.h"
#include "scorer/sample.h"

/* `sample` points into the rest. */
struct fit_sample {
    struct sample sample;
    uint8_t *row;
    double *weight;
    size_t *kept; /* the kept row that each one is */
};

/* Every row has been kept.  ST_NUMERIC: consistent estimates, which give rows
 * no scores. */
MUST_USE enum status fit_sample_make(const struct fit_data *d,
                                     struct fit_sample *out, struct err *err);
void fit_sample_free(struct fit_sample *s);

#endif
