/* misses.c - see misses.h.  24 items cost 2 microseconds a row. */
#include "misses.h"

#include <math.h>
#include <stdlib.h>

enum status misses_new(const struct sample *s, const struct maps_targets *t,
                       struct misses **out)
{
    const size_t each = (s->model->constructs + 1) * PREDICTORS;
    struct misses *new = calloc(1, sizeof *new);

    if (!new)
        return ST_NOMEM;
    new->sample = s;
    new->targets = t;
    new->loss = calloc(s->rows, each * sizeof *new->loss);
    if (!new->loss) {
        free(new);
        return ST_NOMEM;
    }
    *out = new;
    return ST_OK;
}

void misses_free(struct misses **t)
{
    if (*t)
        free((*t)->loss);
    free(*t);
    *t = NULL;
}

/* What the predictors make of a row: by the estimate that did not see it, and
 * the mean of those that did. */
struct predicted {
    double out[PREDICTORS][ITEMS_MAX], in[PREDICTORS][ITEMS_MAX];
};

static void predict_row(const struct misses *t,
                        const struct misses_round *round, size_t r,
                        struct predicted *p)
{
    const struct pls_model *m = t->sample->model;
    const uint8_t *row = sample_row(t->sample, r);
    const size_t size = maps_size(m);
    const double *own = round->maps + round->fold[r] * PREDICTORS * size;

    for (size_t who = 0; who < PREDICTORS; who++) {
        maps_predict(m, who, own + who * size, row, p->out[who]);
        maps_predict(m, who, round->sum + who * size, row, p->in[who]);
        for (size_t i = 0; i < m->items; i++)
            p->in[who][i] =
                (p->in[who][i] - p->out[who][i]) / (double)(round->folds - 1);
    }
}

/* One answer of weight w; adds its squared errors to `squares`. */
static void add_item(struct misses_item *item, const struct predicted *p,
                     size_t i, double answer, double w, double *squares)
{
    for (size_t who = 0; who < PREDICTORS; who++) {
        const double out = answer - p->out[who][i];
        const double in = answer - p->in[who][i];

        item->out_squares[who] += w * out * out;
        item->out_sizes[who] += w * fabs(out);
        item->in_squares[who] += w * in * in;
        item->in_sizes[who] += w * fabs(in);
        squares[who] += out * out;
    }
}

/* The answers to construct c's items; how many there are. */
static size_t add_construct(struct misses *t, const struct predicted *p,
                            size_t r, size_t c, double *squares)
{
    const struct pls_model *m = t->sample->model;
    const uint8_t *row = sample_row(t->sample, r);
    const double w = sample_weight(t->sample, r);
    size_t n = 0;

    for (size_t i = m->first[c]; i < m->first[c + 1]; i++) {
        if (!row[i])
            continue;
        if (t->repetitions == 0) {
            t->item[i].n++;
            t->item[i].weight += w;
        }
        add_item(&t->item[i], p, i, row[i], w, squares);
        n++;
    }
    return n;
}

static void add_row(struct misses *t, const struct misses_round *round,
                    size_t r)
{
    const struct pls_model *m = t->sample->model;
    double *loss = t->loss + r * (m->constructs + 1) * PREDICTORS;
    double all[PREDICTORS] = {0};
    struct predicted p;
    size_t answered = 0;

    predict_row(t, round, r, &p);
    for (size_t c = 0; c < m->constructs; c++, loss += PREDICTORS) {
        double squares[PREDICTORS] = {0};
        const size_t n =
            t->targets->endogenous[c] ? add_construct(t, &p, r, c, squares) : 0;

        answered += n;
        for (size_t who = 0; who < PREDICTORS; who++) {
            loss[who] += squares[who] / (double)n;
            all[who] += squares[who];
        }
    }
    for (size_t who = 0; who < PREDICTORS; who++)
        loss[who] += all[who] / (double)answered;
}

void misses_add(struct misses *t, const struct misses_round *round)
{
    for (size_t r = 0; r < t->sample->rows; r++)
        add_row(t, round, r);
    t->repetitions++;
}
