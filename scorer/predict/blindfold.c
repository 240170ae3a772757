/* blindfold.c - Q2.  See scorer/predict.h.  As many estimates as the distance
 * for each construct, and a pass over the rows for each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"

enum { STRIP = 256 };

struct blindfold {
    struct sample sample; /* missing answers are means, whatever is asked */
    struct maps_targets targets;
    struct err *err;
    struct pls_fit fit; /* of everything */
    struct sample_sums sums;
    size_t distance;
    size_t c, round; /* what is left out now */
    double e, o;     /* of construct c */
};

static bool left_out(const struct blindfold *b, size_t r, size_t i)
{
    const size_t first = b->sample.model->first[b->c];

    return ((i - first) * b->sample.rows + r) % b->distance == b->round;
}

/* A row without what is left out of it. */
static void blind(const struct blindfold *b, size_t r, uint8_t *row)
{
    const struct pls_model *m = b->sample.model;

    memcpy(row, sample_row(&b->sample, r), m->items);
    for (size_t i = m->first[b->c]; i < m->first[b->c + 1]; i++)
        if (left_out(b, r, i))
            row[i] = 0;
}

static enum status add_up(struct blindfold *b)
{
    const struct sample *s = &b->sample;
    const size_t items = s->model->items;
    uint8_t strip[STRIP * ITEMS_MAX];
    enum status st = ST_OK;

    sample_sums_clear(&b->sums);
    for (size_t from = 0; from < s->rows && st == ST_OK; from += STRIP) {
        const size_t rows = s->rows - from < STRIP ? s->rows - from : STRIP;

        for (size_t r = 0; r < rows; r++)
            blind(b, from + r, strip + r * items);
        st = sample_sums_add(&b->sums, strip,
                             s->weight ? s->weight + from : NULL, rows);
    }
    return st;
}

/* The score of the construct by those with an arrow to it, from one row. */
static double score(const struct blindfold *b, const struct pls_fit *fit,
                    const uint8_t *row)
{
    const struct pls_model *m = b->sample.model;
    const bool *source = b->targets.source + b->c * m->constructs;
    const double *path = fit->path + b->c * m->constructs;
    double sum = 0;

    for (size_t q = 0; q < m->constructs; q++)
        for (size_t j = m->first[q]; source[q] && j < m->first[q + 1]; j++)
            if (row[j])
                sum += path[q] * fit->weight[j] *
                       ((row[j] - fit->mean[j]) / fit->sd[j]);
    return sum;
}

/* Answers that were left out, against their predictions. */
static void judge(struct blindfold *b, const struct pls_fit *fit)
{
    const struct sample *s = &b->sample;
    const struct pls_model *m = s->model;

    for (size_t r = 0; r < s->rows; r++) {
        const uint8_t *row = sample_row(s, r);
        double y = NAN; /* until it is needed */

        for (size_t i = m->first[b->c]; i < m->first[b->c + 1]; i++) {
            double e, o;

            if (!row[i] || !left_out(b, r, i))
                continue;
            if (isnan(y))
                y = score(b, fit, row);
            o = (row[i] - fit->mean[i]) / b->fit.sd[i];
            e = o - fit->sd[i] * fit->loading[i] * y / b->fit.sd[i];
            b->e += sample_weight(s, r) * e * e;
            b->o += sample_weight(s, r) * o * o;
        }
    }
}

static enum status play(struct blindfold *b)
{
    const struct sample *s = &b->sample;
    struct err cause = {"out of memory"};
    struct pls_fit fit;
    enum status st = add_up(b);

    if (st == ST_OK)
        st = sample_sums_fit(&b->sums, s, b->fit.weight, &fit, &cause);
    if (st != ST_OK)
        return err_set(b->err, st, "%s, with one answer in %zu left out: %s",
                       pls_construct_code(s->model, b->c), b->distance,
                       cause.text);
    judge(b, &fit);
    return ST_OK;
}

static enum status play_all(struct blindfold *b, double *q2)
{
    const struct pls_model *m = b->sample.model;
    enum status st = ST_OK;

    for (b->c = 0; b->c < m->constructs; b->c++) {
        q2[b->c] = NAN;
        b->e = b->o = 0;
        for (b->round = 0; b->targets.endogenous[b->c] && st == ST_OK &&
                           b->round < b->distance;
             b->round++)
            st = play(b);
        if (b->targets.endogenous[b->c])
            q2[b->c] = 1 - b->e / b->o;
    }
    return st;
}

static enum status check(const struct sample *s, size_t distance,
                         struct err *err)
{
    if (distance < 2 || distance > BLINDFOLD_MAX)
        return err_set(err, ST_RANGE, "omission distance %zu: 2 to %d can be",
                       distance, BLINDFOLD_MAX);
    if (s->rows % distance == 0)
        return err_set(err, ST_NUMERIC,
                       "%zu rows are a multiple of the omission distance %zu: "
                       "it would leave out whole rows; take another",
                       s->rows, distance);
    return maps_check_rows(s, err);
}

static enum status run(struct blindfold *b, double *q2)
{
    const struct sample *s = &b->sample;
    double q[CONSTRUCTS_MAX];
    enum status st = sample_sums_new(s, &b->sums);

    if (st == ST_OK)
        st = sample_sums_add(&b->sums, s->row, s->weight, s->rows);
    if (st == ST_OK)
        st = sample_sums_fit(&b->sums, s, NULL, &b->fit, b->err);
    if (st == ST_OK)
        st = play_all(b, q);
    if (st == ST_OK)
        memcpy(q2, q, s->model->constructs * sizeof *q2);
    return st;
}

enum status predict_blindfold(const struct sample *s, size_t distance,
                              double *q2, struct err *err)
{
    struct blindfold *b = calloc(1, sizeof *b);
    enum status st;

    (void)err_set(err, ST_NOMEM, "out of memory");
    if (!b)
        return ST_NOMEM;
    b->sample = *s;
    b->sample.missing = MISSING_MEAN;
    b->err = err;
    b->distance = distance;
    st = maps_targets_of(s->model, PREDICT_DIRECT, &b->targets, err);
    if (st == ST_OK)
        st = check(s, distance, err);
    if (st == ST_OK)
        st = run(b, q2);
    sample_sums_free(&b->sums);
    free(b);
    return st;
}
