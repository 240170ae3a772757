/* tally.c - see tally.h.  24 items cost some 5 microseconds a row. */
#include "tally.h"

#include <math.h>
#include <stdlib.h>

enum status tally_new(const struct sample *s, const struct maps_targets *t,
                      struct tally **out)
{
    const size_t each = (s->model->constructs + 1) * PREDICTORS;
    struct tally *new = calloc(1, sizeof *new);

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

void tally_free(struct tally **t)
{
    if (*t)
        free((*t)->loss);
    free(*t);
    *t = NULL;
}

/* What predictor `who` makes of item `i`: by the estimate that did not see the
 * row, and the mean of those that did. */
static void predict_item(const struct tally *t, const struct tally_round *round,
                         size_t r, size_t i, size_t who, double *out,
                         double *in)
{
    const struct pls_model *m = t->sample->model;
    const uint8_t *row = sample_row(t->sample, r);
    const size_t size = maps_size(m);
    const double *own =
        round->maps + (round->fold[r] * PREDICTORS + who) * size;

    *out = maps_predict(m, own, i, row);
    *in = (maps_predict(m, round->sum + who * size, i, row) - *out) /
          (double)(round->folds - 1);
}

/* One answer; adds its squared errors to `squares`. */
static void add_item(struct tally *t, const struct tally_round *round, size_t r,
                     size_t i, double *squares)
{
    const double w = sample_weight(t->sample, r);
    const double answer = sample_row(t->sample, r)[i];
    struct tally_item *item = &t->item[i];

    if (t->repetitions == 0) {
        item->n++;
        item->weight += w;
    }
    for (size_t who = 0; who < PREDICTORS; who++) {
        double out, in;

        predict_item(t, round, r, i, who, &out, &in);
        out -= answer;
        in -= answer;
        item->out_squares[who] += w * out * out;
        item->out_sizes[who] += w * fabs(out);
        item->in_squares[who] += w * in * in;
        item->in_sizes[who] += w * fabs(in);
        squares[who] += out * out;
    }
}

static void add_row(struct tally *t, const struct tally_round *round, size_t r)
{
    const struct pls_model *m = t->sample->model;
    const uint8_t *row = sample_row(t->sample, r);
    double *loss = t->loss + r * (m->constructs + 1) * PREDICTORS;
    double all[PREDICTORS] = {0};
    size_t answered = 0;

    for (size_t c = 0; c < m->constructs; c++, loss += PREDICTORS) {
        double squares[PREDICTORS] = {0};
        size_t n = 0;

        for (size_t i = m->first[c];
             t->targets->endogenous[c] && i < m->first[c + 1]; i++)
            if (row[i]) {
                add_item(t, round, r, i, squares);
                n++;
            }
        answered += n;
        for (size_t who = 0; who < PREDICTORS; who++) {
            loss[who] += squares[who] / (double)n;
            all[who] += squares[who];
        }
    }
    for (size_t who = 0; who < PREDICTORS; who++)
        loss[who] += all[who] / (double)answered;
}

void tally_add(struct tally *t, const struct tally_round *round)
{
    for (size_t r = 0; r < t->sample->rows; r++)
        add_row(t, round, r);
    t->repetitions++;
}
