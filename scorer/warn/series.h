/* series.h - the days of every cell and measure.
 *
 * Of a day's answers their mean is kept, and what tells how far a single
 * answer lies from it: squares and third powers of the differences between the
 * means of the jackknife groups of the day, each of which is a few people.  A
 * group of n has variance sigma^2 / n and third moment kappa / n^2, whatever n
 * is, so
 *
 *     sigma^2 = sum_g n_g d_g^2 / (parts - 1),     d_g = y_g - y
 *     kappa   = sum_g n_g^2 d_g^3 / sum_g (1 - p_g)(1 - 2 p_g),  p_g = n_g / n
 *
 * are unbiased for the answers' joint distribution, of which the counts of
 * single items would know the margins only (with one person a part these are
 * Fisher's k-statistics).  n of an index is its items' mean count.
 *
 * 32 bytes a day, cell and measure.
 */
#ifndef WARN_SERIES_H
#define WARN_SERIES_H

#include "baseline.h"
#include "measures.h"

enum { SERIES_MAX = 4096 }; /* cells x measures */

struct series_cell {
    size_t first, measures; /* of its form, in the list of measures */
    const char **code;      /* by_count of them */
    struct point *point;    /* [measure * days + day] */
};

struct series {
    const struct measures *measures;
    size_t by_count;
    int32_t from;
    size_t days;
    size_t count;
    struct series_cell *cell;
    size_t total; /* cells x measures */
    size_t hint;  /* where the next record is likely to be */
};

/* Read one day's answers to `q` (days aside) in the place of what was known of
 * it.  ST_RANGE: more than SERIES_MAX. */
MUST_USE enum status series_read(struct series *s, struct engine *e,
                                 const struct query *q, int32_t day,
                                 struct err *err);
void series_free(struct series *s);

/* The point of a measure from the counts of its items, as engine_counts has
 * them side by side.  An item without an answer: n is 0. */
struct point series_point(const struct measure *m, const struct item_counts *c,
                          size_t count);

/* Weeks of whole days, Monday to Sunday: their points by day. */
struct point series_sum(const struct point *p, size_t count);

#endif
