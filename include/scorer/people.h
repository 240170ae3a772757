/* people.h - weights of people: from those who answered to those who are
 * there.
 *
 * Everybody stands for 1 / rate others, rate being that of the draw from their
 * stratum; where the population is known by some dimensions, these weights are
 * then turned so that they add up to it: by post-stratification (one margin)
 * or raking (several; Deming & Stephan 1940, Ann. Math. Statist. 11(4)).
 *
 * A population is a CSV file with a column `population` and, beside it, any
 * columns of codes, which a row may leave empty.  Rows that fill the same
 * columns are a margin:
 *
 *     province,product,population
 *     11,,21880000
 *     31,,24870000
 *     ,MOB,30000000
 *     ,FIX,16750000
 */
#ifndef SCORER_PEOPLE_H
#define SCORER_PEOPLE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "surveys/response.h"

/* ---- a population ---- */

struct population_row {
    const char *const *code; /* by column; "" = not filled */
    double people;
    uint64_t line;
};

struct population {
    const char *path;
    size_t columns; /* all but `population` */
    const char *const *column;
    size_t rows;
    const struct population_row *row;
    uint8_t hash[HASH_SIZE]; /* SHA-256 of the file */
};

/* ST_INVALID names file, line and cause: no such column, a number below 0, a
 * row that fills no column; ST_RANGE past POPULATION_ROWS_MAX rows or
 * POPULATION_COLUMNS_MAX columns. */
MUST_USE enum status population_read(const char *path, struct population **out,
                                     struct err *err);
void population_free(struct population **p);
size_t population_find(const struct population *p, const char *column);
/* SHA-256 of a file. */
MUST_USE enum status population_hash(const char *path, uint8_t out[HASH_SIZE],
                                     struct err *err);

/* ---- a sample set against it ---- */

/* Those who answered, in units that nothing in the population tells apart. */
struct people_units {
    size_t count;
    const char *const *code; /* [unit * columns + column of the population] */
};

struct raking; /* each unit's place in each margin */

/* What of a population holds here; NULL: all of it. */
struct population_part {
    const bool *skip;  /* rows that do not */
    const bool *apart; /* columns that are no dimension of a margin */
};

/* ST_INVALID with the cause: no margin, one that does not match (its people
 * are not as many as those of another), a category told twice, or one of the
 * sample that has no population.  Population and codes outlive the result. */
MUST_USE enum status raking_new(const struct population *p,
                                const struct population_part *part,
                                const struct people_units *u,
                                struct raking **out, struct err *err);
void raking_free(struct raking **r);
size_t raking_margins(const struct raking *r);
size_t raking_categories(const struct raking *r); /* of all margins */
/* "raked province+product", "post-stratified province*product". */
#define RAKING_NAME_MAX 128
void raking_name(const struct raking *r, char out[RAKING_NAME_MAX]);

#define RAKING_TOLERANCE  1e-12
#define RAKING_ITERATIONS 1000

struct raking_rule {
    double tolerance; /* of a category's sum, as a part of its population */
    size_t iterations;
    /* Limits of a weight as parts of the mean weight; 0 and INFINITY: none.
     * What is cut off (or added) goes to the others of the same categories, in
     * proportion to their weights: each is clamp(d_k t_1 t_2 ...), with one t
     * a category, so that the margins are hit again (Deville & Saerndal 1992,
     * JASA 87, the truncated form of their case 2). */
    double low, high;
};
static inline struct raking_rule raking_plain(void)
{
    return (struct raking_rule){RAKING_TOLERANCE, RAKING_ITERATIONS, 0,
                                HUGE_VAL};
}

/* The sample of one raking: unit k holds rows[k] people of weight base[k] >= 0
 * each.  `turn` (raking_categories of them) are the t to begin from, ones at
 * first, and those found; from near ones it is sooner done.  weight[k] is that
 * of each of the unit's people, 0 where there is none.
 *
 * ST_NUMERIC with the cause: a negative weight or only zeros, a category of
 * the population with nobody in the sample, a margin that is not hit after so
 * many rounds (which, and by how much). */
MUST_USE enum status raking_solve(const struct raking *r,
                                  const struct raking_rule *rule,
                                  const double *base, const double *rows,
                                  double *turn, double *weight,
                                  struct err *err);

/* What a linear regression on the margins' categories, with weights `weight`,
 * leaves of `y`: alternating projections.  ST_NUMERIC: it does not converge. */
MUST_USE enum status raking_residuals(const struct raking *r,
                                      const double *weight, double *y,
                                      struct err *err);

/* ---- what weights cost ---- */

/* (sum w)^2 / sum w^2 (Kish 1965, 11.7); NaN of none. */
double people_effective(double sum, double squares);

/* ---- the weights of those who answered a survey, month by month ---- */

/* people_weights: GROUPS + 1 weights of everybody with that context and rate:
 * as made without each jackknife group, and, last, of all.  NaN: they could not
 * be made without that group.  NULL: nobody is like that.  Of the context count
 * the dimensions of fit cells. */
struct people;
struct engine;
struct query;

/* Those that the query asks for, of all who answered that form's survey in its
 * months and frames; NULL: everybody counts once.  As of the last
 * engine_update, and until the next.  All that keeps a query from being
 * weighted is refused here as in engine_estimates. */
MUST_USE enum status engine_people(struct engine *e, const struct query *q,
                                   const struct survey *form,
                                   const struct people **out, struct err *err);
const double *people_weights(const struct people *p, int32_t month,
                             uint32_t rate_ppm, const struct context *context);

#endif
