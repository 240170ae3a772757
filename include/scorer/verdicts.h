/* verdicts.h - what the measures of scorer/quality.h mean, in words.
 *
 * One table of rules: each has a measure, bands of it with a grade and words,
 * and who set the limits.  A limit is a convention, not a law; where two
 * conventions are in use the band between them is "fair".
 */
#ifndef SCORER_VERDICTS_H
#define SCORER_VERDICTS_H

#include "scorer/pls.h"

enum verdict_measure {
    VERDICT_LOADING,
    VERDICT_CROSS_LOADING, /* loading less the largest on other constructs */
    VERDICT_ALPHA,
    VERDICT_RHO_A,
    VERDICT_RHO_C,
    VERDICT_EIGENVALUE, /* the second one of a block */
    VERDICT_AVE,
    VERDICT_FORNELL_LARCKER, /* sqrt(AVE) less the largest correlation */
    VERDICT_HTMT,
    VERDICT_HTMT_HIGH, /* the upper limit of its interval */
    VERDICT_VIF_ITEM,  /* in mode B */
    VERDICT_VIF_INNER,
    VERDICT_R2,
    VERDICT_F2,
    VERDICT_SRMR_PLS,
    VERDICT_SRMR_PLSC,
    VERDICT_GOF,
    VERDICT_MEASURES
};

/* VERDICT_SIZE: more or less of something, not better or worse. */
enum verdict_grade { VERDICT_GOOD, VERDICT_FAIR, VERDICT_POOR, VERDICT_SIZE };

struct verdict_band {
    double from; /* to the next band's; the first has -INFINITY */
    enum verdict_grade grade;
    const char *words;
};

struct verdict_rule {
    const char *name;   /* "ave" */
    const char *title;  /* "Average variance extracted (AVE)" */
    const char *source; /* "Hair et al. 2019"; scorer/quality/README.md */
    size_t bands;
    const struct verdict_band *band;
};

extern const struct verdict_rule verdict_rules[VERDICT_MEASURES];
const char *verdict_grade_word(enum verdict_grade grade);

/* The band of a value; NULL of NaN. */
const struct verdict_band *verdict_band(enum verdict_measure measure,
                                        double value);

/* ---- of one fit ---- */

enum verdict_about {
    VERDICT_OF_MODEL,
    VERDICT_OF_ITEM,      /* a */
    VERDICT_OF_CONSTRUCT, /* a */
    VERDICT_OF_PAIR,      /* constructs a and b */
    VERDICT_OF_ARROW      /* from a to b */
};

struct verdict {
    enum verdict_measure measure;
    enum verdict_about about;
    size_t a, b;
    double value;
    const struct verdict_band *band;
};

struct verdict_basis {
    const struct pls_model *model;
    const struct pls_fit *fit;   /* what is judged, of PLS or PLSc ... */
    const struct pls_fit *plain; /* ... and under PLS */
    const double *cov, *r;       /* as in scorer/quality.h */
    const double *htmt_high; /* constructs x constructs; NULL: no interval */
};

enum {
    VERDICTS_MAX = 3 * ITEMS_MAX + 7 * CONSTRUCTS_MAX +
                   2 * CONSTRUCTS_MAX * CONSTRUCTS_MAX + 3
};

/* Everything that can be judged, by measure, into out[VERDICTS_MAX]; how many.
 * What is undefined has no verdict.  What says nothing is not judged: the
 * reliability of a single item, collinear items in mode A. */
size_t verdicts_of(const struct verdict_basis *basis, struct verdict *out);

#endif
