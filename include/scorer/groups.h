/* groups.h - may groups be compared, and do they differ?
 *
 * MICOM (Henseler, Ringle & Sarstedt 2016, International Marketing Review
 * 33(3)) asks whether a construct's score means the same in two groups:
 *   1 configural: the same items, model and treatment, which is given here;
 *   2 compositional: the scores by the weights of the one and of the other
 *     group correlate by c = 1, both on all rows of the two;
 *   3 equal means and variances of the scores by the weights of both together.
 * Differences of paths and indices are tested by
 *   permutation (Chin & Dibbern 2010): groups are dealt anew, two-sided;
 *   PLS-MGA (Henseler, Ringle & Sinkovics 2009, eq. 6): how often a resample
 *     of the one group is not above one of the other;
 *   Welch-Satterthwaite's t (Sarstedt, Henseler & Ringle 2011, eq. 3) on the
 *     bootstrap's standard errors.
 * More than two groups are compared two by two, and the permutation p of all
 * pairs adjusted together (scorer/multiple.h).
 *
 * 250 rows of 24 items take about 70 microseconds a permutation.
 */
#ifndef SCORER_GROUPS_H
#define SCORER_GROUPS_H

#include "scorer/sample.h"

enum {
    GROUPS_COMPARED_MAX = 20,
    GROUPS_REPLICATES_MAX = 100000 /* permutations, resamples */
};
#define GROUPS_NONE UINT32_MAX /* the row takes no part */

struct groups_plan {
    size_t groups;           /* 2 .. GROUPS_COMPARED_MAX */
    const char *const *name; /* of each, for messages */
    const uint32_t *group;   /* of each row: 0 .. groups - 1, GROUPS_NONE */
    size_t permutations;     /* 0: none, as are numbers that follow from them */
    size_t resamples;
    uint64_t seed;
    size_t threads;       /* change nothing but the time */
    sample_tell_fn *tell; /* NULL: nobody listens */
    void *ctx;
};

struct groups_member {
    size_t rows;
    struct pls_fit fit;
    double index[CONSTRUCTS_MAX];
    /* bootstrap standard errors, as path[] of the fit and index[] */
    double path_se[CONSTRUCTS_MAX * CONSTRUCTS_MAX], index_se[CONSTRUCTS_MAX];
    size_t dropped; /* resamples that could not be estimated */
};

/* Of one minus two.  NaN where it was not asked for, or over 1 % of the
 * replicates failed. */
struct groups_test {
    double difference;
    double permutation, adjusted; /* p, two-sided */
    double mga;                   /* p that one is not above two: one-sided */
    double t, degrees, welch;     /* p, two-sided */
};

/* An observed difference and the middle 95 % of the permuted. */
struct groups_span {
    double difference, low, high, p;
};

/* At 5 %. */
enum groups_invariance {
    INVARIANCE_UNKNOWN,
    INVARIANCE_NONE,    /* may not be compared */
    INVARIANCE_PARTIAL, /* compositional: paths may be compared */
    INVARIANCE_FULL     /* rows of the groups may be pooled */
};

struct groups_composite {
    double c, quantile, p;   /* quantile: 5 % of the permuted; p(c or less) */
    struct groups_span mean; /* of the score */
    struct groups_span variance; /* of the logarithm of its variance */
    enum groups_invariance verdict;
};

struct groups_pair {
    size_t one, two; /* members */
    struct groups_composite composite[CONSTRUCTS_MAX];
    struct groups_test path[CONSTRUCTS_MAX * CONSTRUCTS_MAX]; /* of arrows */
    struct groups_test index[CONSTRUCTS_MAX];
    size_t dropped; /* permutations that could not be estimated */
};

struct groups_comparison {
    size_t groups, pairs;
    struct groups_member *member;
    struct groups_pair *pair; /* (0, 1), (0, 2) ... (1, 2) ... */
};

/* "none", "partial", "full"; NULL: unknown. */
const char *groups_invariance_word(enum groups_invariance v);

/* Caller frees.  ST_NUMERIC with the group and the cause: fewer than two
 * groups, fewer rows than items, a constant item, what else cannot be
 * estimated.  ST_RANGE: the plan's numbers. */
MUST_USE enum status groups_compare(const struct sample *s,
                                    const struct groups_plan *plan,
                                    struct groups_comparison *out,
                                    struct err *err);
void groups_free(struct groups_comparison *c);

#endif
