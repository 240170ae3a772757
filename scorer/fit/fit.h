/* fit.h - the parts of `manyi-scorer fit`.
 *
 *     fit_read      the file: rows into sums, by group
 *     fit_sums      sums, with or without case weights
 *     fit_resamples a file of resamples
 *     fit_replicate estimates without a part, or of resamples
 *     fit_write     the result as text or JSON
 *     report        what is said beyond the estimates: sections (report.h)
 */
#ifndef SCORER_FIT_FIT_H
#define SCORER_FIT_FIT_H

#include <stdio.h>

#include "fit_labels.h"
#include "fit_measures.h"
#include "interaction.h"
#include "scorer/errors.h"
#include "scorer/moments.h"
#include "scorer/pls.h"
#include "scorer/weighted.h"
#include "surveys/table.h"

enum {
    SINGLE_ROWS = 1000, /* to here the jackknife leaves out single rows */
    BOOTSTRAP_MAX = 1000000,
    REPLICATED_MAX = 1 << 28, /* numbers of all replicates: 2 GB */
    RESAMPLED_MAX = 1 << 28,  /* row numbers in a file of resamples */
    THREADS_MAX = 256
};

#define CASE_WEIGHT_MAX 1e12
#define FIT_BYTES_MAX   ((size_t)1 << 30) /* of kept rows */

/* What is estimated, and how. */
struct fit_plan {
    struct pls_model model;
    enum missing_policy missing;
    bool weighted;
    bool consistent; /* scorer/plsc.h */
    struct interactions interactions;
};

/* ---- sums ---- */

/* One of the two is there. */
struct fit_sums {
    struct moments *plain;
    struct weighted *weighted;
};

MUST_USE enum status fit_sums_new(const struct fit_plan *p,
                                  struct fit_sums *out);
void fit_sums_free(struct fit_sums *s);
void fit_sums_clear(struct fit_sums *s);
/* `rows` rows of the model's items; `weight` is read when there are weights.
 */
MUST_USE enum status fit_sums_add(struct fit_sums *s, const uint8_t *row,
                                  const double *weight, size_t rows);
MUST_USE enum status fit_sums_merge(struct fit_sums *into,
                                    const struct fit_sums *from);
MUST_USE enum status fit_sums_subtract(struct fit_sums *into,
                                       const struct fit_sums *from);
/* into += factor * from; both have weights. */
void fit_sums_fold(struct fit_sums *into, const struct fit_sums *from,
                   double factor);
int64_t fit_sums_rows(const struct fit_sums *s);
/* Answers that the rows lack; those repeated in higher-order constructs once.
 */
int64_t fit_sums_missing(const struct fit_sums *s, const struct pls_model *m);
/* `mean` (items) and `cov` (items x items) of the answers. */
MUST_USE enum status fit_sums_covariance(const struct fit_sums *s,
                                         const struct fit_plan *p, double *mean,
                                         double *cov, struct err *err);
/* As the plan says, from `rows` rows with these moments. */
MUST_USE enum status fit_estimate(const struct fit_plan *p, int64_t rows,
                                  const double *mean, const double *cov,
                                  const double *start, struct pls_fit *out,
                                  struct err *err);
/* Covariance, then estimate. */
MUST_USE enum status fit_sums_estimate(const struct fit_sums *s,
                                       const struct fit_plan *p,
                                       const double *start, struct pls_fit *out,
                                       struct err *err);

/* ---- data ---- */

/* What a row belongs to. */
enum fit_label {
    FIT_STRATUM,
    FIT_CLUSTER,    /* primary sampling unit, within its stratum */
    FIT_POPULATION, /* for the finite population correction */
    FIT_GROUP,      /* to be compared */
    FIT_LABELS
};

struct fit_source {
    const char *path;
    const char *encoding; /* NULL: UTF-8 */
    const char *weight;   /* its column, or NULL */
    bool keep;            /* every row, for resampling */
    /* Columns of words, or NULL; with any, every row is kept. */
    const char *label[FIT_LABELS];
};

/* Rows count when they have a weight and, for complete cases, lack nothing. */
struct fit_data {
    const struct fit_plan *plan;
    struct fit_sums total;
    struct fit_sums group[GROUPS]; /* of the jackknife */
    /* With `keep` every row of the file, else the counted ones while they are
     * at most SINGLE_ROWS. */
    uint8_t *row;
    double *weight;                      /* NULL without weights */
    size_t rows;                         /* kept */
    uint8_t *dealt;                      /* [rows] to which jackknife group */
    struct fit_labels label[FIT_LABELS]; /* of the kept rows; empty where none
                                            are asked for */
    bool answered[ITEMS_MAX];            /* in some row that has a weight */
};

/* Messages are file:line: item: cause. */
MUST_USE enum status fit_read(const struct fit_plan *p,
                              const struct fit_source *source,
                              struct fit_data *out, struct err *err);
/* Under MISSING_COMPLETE: ST_NUMERIC names an item that no row answers, which
 * leaves none that counts. */
MUST_USE enum status fit_data_check(const struct fit_data *d, struct err *err);
void fit_data_free(struct fit_data *d);
/* Whether kept row r counts. */
bool fit_counts(const struct fit_data *d, size_t r);

/* Resamples of the kept rows: those of resample b are
 * row[first[b]] .. row[first[b + 1] - 1], from 0. */
struct fit_resamples {
    size_t count;
    size_t *first;
    uint32_t *row;
};

MUST_USE enum status fit_resamples_read(const char *path, size_t rows,
                                        struct fit_resamples *out,
                                        struct err *err);
void fit_resamples_free(struct fit_resamples *r);

/* ---- replicates ---- */

enum fit_errors { FIT_NONE, FIT_JACKKNIFE, FIT_BOOTSTRAP };

struct fit_design;

struct fit_replication {
    enum fit_errors kind;
    size_t draws;  /* FIT_BOOTSTRAP: resamples drawn ... */
    uint64_t seed; /* ... by this, or ... */
    const struct fit_resamples *resamples; /* ... given */
    enum bootstrap_interval interval;      /* FIT_BOOTSTRAP */
    const struct fit_design *design; /* FIT_JACKKNIFE: leaves out its units;
                                        the data have weights then */
    double level;                    /* of the intervals */
    size_t threads;
    uint32_t measures; /* FIT_MEASURE(...): also these */
    /* Called by the caller's thread now and then; NULL: not. */
    void (*tell)(void *ctx, size_t done, size_t replicates);
    void *ctx;
};

/* What a fit comes to, one number each, by measure: those of measure m are
 * first[m] .. first[m + 1] - 1; behind them INTERACTION_NUMBERS of each of the
 * plan's interactions. */
struct fit_numbers {
    size_t first[FIT_MEASURES + 1];
    size_t count;
    double *estimate;
    size_t replicates;
    double *replicate; /* [replicate * count + number]; NaN: failed */
    struct interval *interval;
    size_t dropped;   /* replicates that failed as a whole */
    struct err cause; /* that of the first of them */
};

static inline size_t fit_path_number(const struct pls_model *m, size_t to,
                                     size_t from)
{
    return to * m->constructs + from;
}

static inline size_t fit_r2_number(const struct pls_model *m, size_t c)
{
    return m->constructs * m->constructs + c;
}

static inline size_t fit_index_number(const struct pls_model *m, size_t c)
{
    return (m->constructs + 1) * m->constructs + c;
}

/* Estimate again as asked, in any number of threads: the bits do not depend on
 * it.  ST_RANGE: over REPLICATED_MAX numbers. */
MUST_USE enum status fit_replicate(const struct fit_data *d,
                                   const struct pls_fit *fit,
                                   const struct fit_replication *how,
                                   struct fit_numbers *out, struct err *err);
void fit_numbers_free(struct fit_numbers *n);

/* ---- result ---- */

/* What the sections of the report are asked for, each by an option of its own
 * (report.h). */
struct fit_asked {
    bool report;       /* all that has no option of its own */
    uint32_t measures; /* FIT_MEASURE(...): their intervals */
    bool errors;       /* where they come from */
    bool tests;        /* t and p, in the report: errors were asked for */
    bool fixed;        /* errors with fixed item weights */
    bool predict;
    int technique;     /* enum predict_technique */
    const char *folds; /* how many, or a file; NULL: 10 */
    /* 0: as the sections have it */
    int64_t repetitions;  /* of the folds drawn */
    int64_t omission;     /* distance, of blindfolding */
    bool groups;          /* label FIT_GROUP */
    int64_t permutations; /* of groups */
    bool consistent;      /* the estimates are (scorer/plsc.h) */
};

struct fit_result {
    const struct fit_plan *plan;
    const struct pls_fit *fit;
    const struct pls_fit *plain; /* the same but with --consistent */
    const double *cov;           /* items x items */
    const double *cor;           /* D^-1 cov D^-1, with ones on the diagonal */
    const struct fit_numbers *numbers;
    const struct fit_data *data; /* every row is kept with a report */
    const struct fit_replication *how;
    const struct fit_asked *asked;
    int64_t rows;
    bool replicates; /* write them too */
};

struct report;

MUST_USE enum status fit_write_text(const struct fit_result *r,
                                    const struct report *report, FILE *out);
/* Scores of each construct, standardised and from 0 to 100, of each kept row,
 * as CSV into the file `path`, which is there whole or as it was. */
MUST_USE enum status fit_write_scores(const struct fit_result *r,
                                      const char *path, struct err *err);
MUST_USE enum status fit_write_json(const struct fit_result *r,
                                    const struct report *report, FILE *out);

/* For tables: a number with `digits` behind the point, "-" for nothing. */
enum { FIT_CELL = 32 };
const char *fit_cell(char out[FIT_CELL], double value, int digits);
/* "QUA1", or "PER.QUA1" where a higher-order construct repeats it. */
enum { FIT_PLACE = 2 * ITEM_CODE_MAX + 2 };
const char *fit_place(const struct pls_model *m, size_t item,
                      char out[FIT_PLACE]);
/* Print *t unless `st` is a failure, and free it. */
MUST_USE enum status fit_table_end(struct table **t, enum status st, FILE *out);

#endif
