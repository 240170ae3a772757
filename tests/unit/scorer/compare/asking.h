/* asking.h - questions of this folder's kinds, and the rows read once more
 * without cells, for tests. */
#ifndef TESTS_ASKING_H
#define TESTS_ASKING_H

#include "scorer/world.h"

#include "scorer/errors.h"
#include "scorer/kind.h"

static inline struct result ask(struct world *w, struct engine *e,
                                const struct query_kind *k,
                                const struct query *q)
{
    struct result r = {0};

    ok(w, engine_ask(e, k, q, &r, &w->err));
    return r;
}

/* It is refused with that status and word. */
static inline void refused(struct world *w, struct engine *e,
                           const struct query_kind *k, const struct query *q,
                           enum status st, const char *word)
{
    struct result r = {0};

    assert_int_equal(engine_ask(e, k, q, &r, &w->err), st);
    if (!strstr(w->err.text, word))
        fail_msg("'%s' is not in '%s'", word, w->err.text);
}

static inline const struct value *value_at(const struct result *r, size_t row,
                                           const char *column)
{
    const size_t c = result_find(r, column);

    if (c == SIZE_MAX || row >= r->rows)
        fail_msg("no %s in row %zu of %zu", column, row, r->rows);
    return result_at(r, row, c);
}

static inline double number(const struct result *r, size_t row,
                            const char *column)
{
    return value_at(r, row, column)->number;
}

static inline const char *text(const struct result *r, size_t row,
                               const char *column)
{
    return value_at(r, row, column)->text;
}

static inline int64_t count(const struct result *r, size_t row,
                            const char *column)
{
    return value_at(r, row, column)->count;
}

/* The row with that code or text in a column, and that construct. */
static inline size_t row_of(const struct result *r, const char *column,
                            const char *code, const char *construct)
{
    for (size_t i = 0; i < r->rows; i++)
        if (streq(text(r, i, column), code) &&
            streq(text(r, i, "construct"), construct))
            return i;
    fail_msg("no row of %s %s", code, construct);
    return 0;
}

static inline void close_to(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("got %.17g, want %.17g", got, want);
}

/* Of tables of settings. */
#define SET(name, value)                                                       \
    {                                                                          \
        name, value, false                                                     \
    }

static inline struct query october(const char *survey)
{
    struct query q = ask_for(survey);

    q.to = period_last(OCTOBER);
    return q;
}

/* The parts of every difference. */
static inline void adds_up(const struct result *r)
{
    for (size_t i = 0; i < r->rows; i++)
        if (!isnan(number(r, i, "difference")) &&
            !isnan(number(r, i, "answers")))
            close_to(number(r, i, "answers") + number(r, i, "weights") +
                         number(r, i, "mix"),
                     number(r, i, "difference"), 1e-12);
}

/* ---- the rows once more ---- */

enum { ROWS_MOST = 8192 };
struct answer_row {
    uint8_t answers[MINI_ITEMS];
    uint8_t version[HASH_SIZE];
    unsigned group;
    int32_t month;
    struct context context;
};
struct answer_rows {
    size_t count;
    struct answer_row row[ROWS_MOST];
};

static inline enum status keep_answers(void *ctx, const struct store_row *row)
{
    struct answer_rows *r = ctx;
    const struct response *in = &row->entry.response;
    struct answer_row *to = &r->row[r->count];

    if (in->context.frame != FRAME_INVITED)
        return ST_OK;
    assert_true(r->count < ROWS_MOST);
    memcpy(to->answers, in->answers, in->items);
    memcpy(to->version, in->version, HASH_SIZE);
    to->group = errors_group(in->respondent, in->id);
    to->month = period_month(period_day(in->event_at));
    to->context = in->context;
    r->count++;
    return ST_OK;
}

static inline struct answer_rows *read_rows(struct world *w)
{
    struct answer_rows *r = calloc(1, sizeof *r);
    struct watermark mark = {0};

    assert_non_null(r);
    ok(w, store_scan(w->read, &mark, SCAN_NUMBERS, 0, keep_answers, r, &mark,
                     &w->err));
    return r;
}

/* Kott 2001, eq. 2, of the replicates that are used. */
static inline double jackknife_of(const double *replicate, const bool *used)
{
    double mean = 0, var = 0;
    size_t g = 0;

    for (size_t k = 0; k < GROUPS; k++)
        if (used[k]) {
            mean += replicate[k];
            g++;
        }
    mean /= (double)g;
    for (size_t k = 0; k < GROUPS; k++)
        if (used[k])
            var += (replicate[k] - mean) * (replicate[k] - mean);
    return sqrt(var * (double)(g - 1) / (double)g);
}

/* u of a survey's items fitted on the rows of a month but for one group. */
static inline void fit_rows(const struct answer_rows *r,
                            const struct survey *survey, int32_t month,
                            unsigned group, double *u)
{
    struct moments *m = NULL;
    struct pls_model model;
    struct pls_fit fit;
    double mean[ITEMS_MAX], cov[MINI_SCALES * MINI_SCALES];

    pls_model_of(survey, &model);
    assert_int_equal(moments_new(MINI_SCALES, true, &m), ST_OK);
    for (size_t i = 0; i < r->count; i++) {
        const struct answer_row *row = &r->row[i];
        size_t there = 0;

        for (size_t k = 0; k < MINI_SCALES; k++)
            there += row->answers[k] != 0;
        if (row->group != group && (!month || row->month == month) &&
            there >= 7 && memcmp(row->version, survey->version, HASH_SIZE) == 0)
            assert_int_equal(moments_add(m, row->answers, MINI_ITEMS, 1),
                             ST_OK);
    }
    assert_int_equal(moments_covariance(m, survey->model.missing, NULL, NULL,
                                        mean, cov, NULL),
                     ST_OK);
    assert_int_equal(pls_estimate(&model, m->rows, mean, cov, NULL, &fit, NULL),
                     ST_OK);
    index_weights(&model, &fit, u);
    moments_free(&m);
}

#endif
