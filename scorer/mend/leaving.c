/* leaving.c - see leaving.h. */
#include "leaving.h"

#include <math.h>
#include <stdlib.h>

enum { PEOPLE_MIN = 30 };

/* ---- indices of one person ---- */

/* The index, complaints and loyalty, as far as the model has them; they are
 * what the exit-complaint table is about. */
static enum status choose(const struct item_weights *w, struct leaving *l,
                          struct err *err)
{
    static const char *const more[] = {"LOY", "COM"};
    const struct survey *s = w->model->survey;

    if (s->model.constructs == 0)
        return err_set(err, ST_INVALID, "%s has no model, and so no indices",
                       s->code);
    l->construct[l->columns++] = s->model.index;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        const size_t c = survey_construct(s, more[i]);

        if (c != SIZE_MAX && c != s->model.index)
            l->construct[l->columns++] = c;
    }
    for (size_t k = 0; k < l->columns; k++) {
        l->name[k] = pls_construct_code(w->model, l->construct[k]);
        if (isnan(w->u[w->model->first[l->construct[k]]]))
            return err_set(err, ST_NUMERIC,
                           "%s of %s has no item weights: no indices",
                           l->name[k], s->code);
    }
    return ST_OK;
}

/* NaN: no item is answered. */
static double index_of(const struct item_weights *w, size_t c,
                       const uint8_t *value)
{
    const struct pls_model *m = w->model;
    const struct item *first = &m->survey->item[m->item[m->first[c]]];
    double sum = 0, weights = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        if (value[m->item[j]]) {
            sum += w->u[j] * value[m->item[j]];
            weights += w->u[j];
        }
    return weights > 0 ? 100 * (sum / weights - 1) / (item_points(first) - 1)
                       : NAN;
}

/* ---- rows ---- */

static bool has_left(const struct leaving_of *of, const struct outcome_line *o)
{
    return o->outcome == LEFT || o->outcome == PORTED ||
           (o->outcome == DOWNGRADED && of->downgraded);
}

static bool too_early(const struct outcome_line *o, const struct answer *a)
{
    return o->month && o->month < a->month;
}

/* The last answer of each line's person, from 1; 0: none. */
static uint32_t *last_answers(const struct leaving_of *of, struct leaving *l)
{
    struct outcomes *o = of->outcomes;
    uint32_t *last = calloc(o->count, sizeof *last);

    for (size_t i = 0; last && i < answers_count(of->answers); i++) {
        const struct answer a = answers_at(of->answers, i);
        const struct outcome_line *line = outcomes_of(o, &a);

        if (!line)
            continue;
        if (too_early(line, &a)) {
            l->early++;
            continue;
        }
        l->repeated += last[line - o->line] != 0;
        last[line - o->line] = (uint32_t)i + 1;
    }
    for (size_t i = 0; i < o->count; i++)
        l->unmatched += !o->line[i].met;
    return last;
}

static void take(const struct leaving_of *of, struct leaving *l, size_t i,
                 const struct outcome_line *line)
{
    const struct answer a = answers_at(of->answers, i);
    double *x = &l->x[l->rows * l->columns];

    for (size_t k = 0; k < l->columns; k++) {
        x[k] = index_of(of->weights, l->construct[k], a.value);
        if (isnan(x[k])) {
            l->incomplete++;
            return;
        }
    }
    l->y[l->rows] = has_left(of, line);
    l->cell[l->rows] = of->split->cell[i];
    l->fold[l->rows++] = (uint8_t)(a.group % FOLDS);
}

static enum status gather(const struct leaving_of *of, struct leaving *l)
{
    const size_t lines = of->outcomes->count;
    const size_t answers = answers_count(of->answers);
    const size_t most = lines < answers ? lines : answers;
    uint32_t *last = last_answers(of, l);

    l->x = malloc((most * l->columns + 1) * sizeof *l->x);
    l->y = malloc((most + 1) * sizeof *l->y);
    l->cell = malloc((most + 1) * sizeof *l->cell);
    l->fold = malloc(most + 1);
    l->p = malloc((most + 1) * sizeof *l->p);
    if (!last || !l->x || !l->y || !l->cell || !l->fold || !l->p) {
        free(last);
        return ST_NOMEM;
    }
    for (size_t i = 0; i < answers; i++) {
        const struct answer a = answers_at(of->answers, i);
        const struct outcome_line *line = outcomes_of(of->outcomes, &a);

        if (line && last[line - of->outcomes->line] == i + 1)
            take(of, l, i, line);
    }
    free(last);
    return ST_OK;
}

/* ---- estimates ---- */

static struct logistic_data data_of(const struct leaving *l)
{
    return (struct logistic_data){l->rows, l->columns, l->x, l->y, l->name};
}

/* The logit of each row by a fit without its fold.  ST_NUMERIC: one of them
 * cannot be estimated. */
static enum status predict_out(const struct leaving *l, double *logit)
{
    double *x = malloc((l->rows * l->columns + 1) * sizeof *x);
    bool *y = malloc((l->rows + 1) * sizeof *y);
    enum status st = x && y ? ST_OK : ST_NOMEM;

    for (uint8_t fold = 0; fold < FOLDS && st == ST_OK; fold++) {
        struct logistic_data d = data_of(l);
        struct logistic_fit f;

        d.x = x;
        d.y = y;
        d.rows = 0;
        for (size_t i = 0; i < l->rows; i++)
            if (l->fold[i] != fold) {
                memcpy(&x[d.rows * l->columns], &l->x[i * l->columns],
                       l->columns * sizeof *x);
                y[d.rows++] = l->y[i];
            }
        st = logistic_estimate(&d, &f, NULL);
        for (size_t i = 0; i < l->rows && st == ST_OK; i++)
            if (l->fold[i] == fold)
                logit[i] = logistic_logit(&f, &l->x[i * l->columns]);
    }
    free(x);
    free(y);
    return st;
}

/* What it says of people whom it was not fitted on. */
static enum status judge_out(struct leaving *l)
{
    static const char *const name[] = {"logit"};
    double *logit = malloc((l->rows + 1) * sizeof *logit);
    const struct logistic_data d = {l->rows, 1, logit, l->y, name};
    struct logistic_fit f;
    enum status st = logit ? predict_out(l, logit) : ST_NOMEM;

    l->auc_out = l->auc_out_se = l->slope_out = l->slope_out_se = NAN;
    if (st == ST_OK)
        st = logistic_auc(logit, l->y, l->rows, &l->auc_out, &l->auc_out_se);
    if (st == ST_OK)
        st = logistic_estimate(&d, &f, NULL);
    if (st == ST_OK) {
        l->slope_out = f.b[1];
        l->slope_out_se = logistic_se(&f, 1);
    }
    free(logit);
    return st == ST_NUMERIC ? ST_OK : st;
}

static enum status estimate(struct leaving *l, struct err *err)
{
    const struct logistic_data d = data_of(l);
    enum status st;

    if (l->rows < PEOPLE_MIN)
        return err_set(err, ST_NUMERIC,
                       "the outcomes are of %zu people who answered: %d are "
                       "wanted",
                       l->rows, PEOPLE_MIN);
    st = logistic_estimate(&d, &l->fit, err);
    if (st != ST_OK)
        return st;
    l->ratio = logistic_ratio(&l->fit);
    for (size_t i = 0; i < l->rows; i++)
        l->p[i] = logistic_probability(
            logistic_logit(&l->fit, &l->x[i * l->columns]));
    st = logistic_calibration(l->p, l->y, l->rows, l->group, &l->groups,
                              &l->goodness);
    if (st == ST_OK)
        st = logistic_auc(l->p, l->y, l->rows, &l->auc, &l->auc_se);
    return st == ST_OK ? judge_out(l) : st;
}

enum status leaving_make(const struct leaving_of *of, struct leaving *out,
                         struct err *err)
{
    struct leaving l = {.columns = 0};
    enum status st = choose(of->weights, &l, err);

    if (st == ST_OK)
        st = gather(of, &l);
    if (st == ST_OK)
        st = estimate(&l, err);
    if (st == ST_OK)
        *out = l;
    else
        leaving_free(&l);
    return st;
}

void leaving_free(struct leaving *l)
{
    free(l->x);
    free(l->y);
    free(l->cell);
    free(l->fold);
    free(l->p);
    *l = (struct leaving){.columns = 0};
}

bool leaving_is_thin(const struct leaving *l)
{
    const size_t others = l->rows - l->fit.events;
    const size_t rarer = l->fit.events < others ? l->fit.events : others;

    return rarer < LOGISTIC_EVENTS * l->columns;
}

/* ---- given back to cells ---- */

/* Sums over the people of a cell; `gradient` is that of their expected number,
 * sum p (1 - p) (1, x). */
struct cell_sums {
    size_t rows, events;
    double expected, chance;
    double gradient[LOGISTIC_MAX + 1];
};

/* The delta method, by the coefficients' covariances. */
static struct leaving_cell describe(const struct leaving *l,
                                    const struct cell_sums *s)
{
    const double n = (double)s->rows;
    const size_t k = l->columns + 1;
    struct leaving_cell c = {s->rows, s->events, NAN, NAN, NAN};
    double variance = 0;

    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < k; b++)
            variance += s->gradient[a] * l->fit.cov[a * k + b] * s->gradient[b];
    if (s->rows) {
        c.expected = 100 * s->expected / n;
        c.expected_se = 100 * sqrt(variance) / n;
        c.z = ((double)s->events - s->expected) / sqrt(s->chance);
    }
    return c;
}

enum status leaving_cells(const struct leaving *l, size_t cells,
                          struct leaving_cell *out)
{
    struct cell_sums *sums = calloc(cells + 1, sizeof *sums);

    if (!sums)
        return ST_NOMEM;
    for (size_t i = 0; i < l->rows; i++) {
        struct cell_sums *s = &sums[l->cell[i]];
        const double q = l->p[i] * (1 - l->p[i]);

        s->rows++;
        s->events += l->y[i];
        s->expected += l->p[i];
        s->chance += q;
        s->gradient[0] += q;
        for (size_t k = 0; k < l->columns; k++)
            s->gradient[k + 1] += q * l->x[i * l->columns + k];
    }
    for (size_t i = 0; i < cells; i++)
        out[i] = describe(l, &sums[i]);
    free(sums);
    return ST_OK;
}
