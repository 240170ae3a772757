/* rows.h - answers to the small model that have something in common. */
#ifndef TESTS_SCORER_ROWS_H
#define TESTS_SCORER_ROWS_H

#include "scorer/small.h"

#include "scorer/random.h"
#include "scorer/sample.h"

enum { ROWS_MAX = 1000 };

struct rows {
    struct small small;
    uint8_t row[ROWS_MAX * ITEMS];
    double weight[ROWS_MAX];
};

/* One answer in `holes` is missing; 0: none. */
static inline void rows_make(struct rows *x, uint64_t seed, size_t rows,
                             size_t holes)
{
    small_make(&x->small, SCHEME_PATH, MODE_A);
    for (size_t r = 0; r < rows; r++) {
        const uint64_t stream = random_at(seed, r);
        const size_t common = random_below(random_at(stream, 99), 6);

        for (size_t i = 0; i < ITEMS; i++) {
            const size_t own = random_below(random_at(stream, i), 5);
            const uint64_t hole = random_at(stream, 50 + i);

            x->row[r * ITEMS + i] =
                holes && hole % holes == 0 ? 0 : (uint8_t)(1 + common + own);
        }
        x->weight[r] = 0.25 + (double)(random_at(stream, 77) >> 11) * 0x1p-53;
    }
}

static inline struct sample rows_sample(const struct rows *x, size_t rows,
                                        bool weighted)
{
    return (struct sample){.model = &x->small.model,
                           .missing = MISSING_MEAN,
                           .rows = rows,
                           .row = x->row,
                           .weight = weighted ? x->weight : NULL};
}

static inline void near_at(double got, double want, double tolerance, int line)
{
    if (fabs(got - want) <= tolerance || (isnan(got) && isnan(want)))
        return;
    print_error("line %d: got %.17g, want %.17g\n", line, got, want);
    fail();
}
#define near(got, want, tolerance) near_at((got), (want), (tolerance), __LINE__)

/* What the estimator is given when a table is filled up with means and its
 * covariances are taken in two passes: of the rows where `in` says so. */
struct filled {
    double x[ROWS_MAX][ITEMS];
    double mean[ITEMS], cov[ITEMS * ITEMS];
    int64_t rows;
    struct pls_fit fit;
};

static inline void filled_make(struct filled *f, const struct sample *s,
                               const uint8_t *row, bool (*in)(size_t r))
{
    double all = 0;

    memset(f, 0, sizeof *f);
    for (size_t i = 0; i < ITEMS; i++) {
        double sum = 0, weight = 0;

        for (size_t r = 0; r < s->rows; r++)
            if (in(r) && row[r * ITEMS + i]) {
                sum += sample_weight(s, r) * row[r * ITEMS + i];
                weight += sample_weight(s, r);
            }
        f->mean[i] = sum / weight;
    }
    for (size_t r = 0; r < s->rows; r++) {
        for (size_t i = 0; i < ITEMS; i++)
            f->x[r][i] = row[r * ITEMS + i] ? row[r * ITEMS + i] : f->mean[i];
        if (!in(r))
            continue;
        f->rows++;
        all += sample_weight(s, r);
        for (size_t i = 0; i < ITEMS; i++)
            for (size_t j = 0; j < ITEMS; j++)
                f->cov[i * ITEMS + j] += sample_weight(s, r) *
                                         (f->x[r][i] - f->mean[i]) *
                                         (f->x[r][j] - f->mean[j]);
    }
    for (size_t i = 0; i < ITEMS * ITEMS; i++)
        f->cov[i] /= all * (double)(f->rows - 1) / (double)f->rows;
    assert_int_equal(
        pls_estimate(s->model, f->rows, f->mean, f->cov, NULL, &f->fit, NULL),
        ST_OK);
}

static inline double filled_score(const struct filled *f,
                                  const struct pls_model *m, size_t r, size_t c)
{
    double score = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        score += f->fit.weight[j] * (f->x[r][j] - f->mean[j]) / f->fit.sd[j];
    return score;
}

/* What the scores of the constructs before `c` make of item `i`. */
static inline double filled_predict(const struct filled *f,
                                    const struct pls_model *m, size_t r,
                                    size_t c, size_t i)
{
    double score = 0;

    for (size_t q = 0; q < m->constructs; q++)
        score += f->fit.path[c * m->constructs + q] * filled_score(f, m, r, q);
    return f->mean[i] + f->fit.sd[i] * f->fit.loading[i] * score;
}

#endif
