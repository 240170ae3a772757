/* weigh.h - `manyi-scorer weigh`: the rows of a file, weighted to a
 * population, and means of their columns with the errors of the design.
 */
#ifndef WEIGHTS_WEIGH_H
#define WEIGHTS_WEIGH_H

#include "lexicon.h"
#include "scorer/people.h"
#include "scorer/totals.h"

enum { WEIGH_MEANS_MAX = 64 };

/* As told on the command line. */
struct weigh_settings {
    const char *data, *encoding, *population;
    const char *weight, *strata, *cluster, *fpc; /* columns; NULL: none */
    size_t means;
    char mean[WEIGH_MEANS_MAX][64]; /* columns */
    struct raking_rule rule;
    int format;
};

/* What is read of the rows: some 20 bytes and 8 a column of the population and
 * a mean each. */
struct weigh_data {
    size_t rows, cap, columns, means;
    struct lexicon codes, strata, clusters;
    const char **code; /* [row * columns + column of the population] */
    double *base;
    uint32_t *stratum, *cluster;
    double *fpc; /* of each stratum */
    double *x;   /* [row * means + mean]; NaN: no number */
};

/* ST_INVALID names line, column and cause; ST_RANGE past WEIGH_ROWS_MAX. */
MUST_USE enum status weigh_read(const struct weigh_settings *s,
                                const struct population *p,
                                struct weigh_data *out, struct err *err);
void weigh_free(struct weigh_data *d);

enum weigh_format { WEIGH_TABLE, WEIGH_CSV, WEIGH_JSON };

/* The estimates of the means asked for; `weighting` says what the weights are
 * of. */
MUST_USE enum status weigh_print_means(const struct weigh_settings *s,
                                       const struct totals *t,
                                       const char *weighting, FILE *out);
/* The file's rows with a last column, final_weight. */
MUST_USE enum status weigh_print_rows(const struct weigh_settings *s,
                                      const double *weight, size_t rows,
                                      FILE *out, struct err *err);

#endif
