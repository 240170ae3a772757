/* comparison.c - see comparison.h. */
#include "comparison.h"

#include <math.h>

/* What the pair weighs before all are made to add up to 1: its survey's weight
 * by what it has of the survey's people. */
static double weight_of(const struct comparison *c, size_t side, size_t i,
                        size_t sample)
{
    const struct cell_estimate *e = c->pair[i].e[side];
    double survey = 0;

    if (!e)
        return 0;
    if (c->rollup == ROLLUP_DESIGN)
        return weight_in(e, sample);
    for (size_t k = 0; k < c->pairs; k++) {
        const struct cell_estimate *other = c->pair[k].e[side];

        if (other && streq(other->survey, e->survey))
            survey += weight_in(other, sample);
    }
    return e->rollup * weight_in(e, sample) / survey;
}

struct shares {
    double of[2];
};

static struct shares shares_of(const struct comparison *c, size_t i,
                               size_t sample)
{
    struct shares s = {{1, 1}};

    if (!c->rolled)
        return s;
    for (size_t side = 0; side < 2; side++) {
        double all = 0;

        for (size_t k = 0; k < c->pairs; k++)
            all += weight_of(c, side, k, sample);
        s.of[side] = weight_of(c, side, i, sample) / all;
    }
    return s;
}

struct terms {
    double value[2], weights, mix;
};

static void add_pair(const struct comparison *c, size_t i, size_t sample,
                     struct terms *t)
{
    const struct pair *p = &c->pair[i];
    const struct shares s = shares_of(c, i, sample);
    const struct split split = pair_split(p, sample);
    const double mean = (s.of[0] + s.of[1]) / 2;
    double value[2];

    for (size_t side = 0; side < 2; side++) {
        value[side] = pair_value(p, side, sample);
        if (p->e[side])
            t->value[side] += s.of[side] * value[side];
    }
    t->weights += mean * split.weights;
    t->mix += mean * split.mix;
    if (!c->rolled)
        return;
    if (!p->e[0] || !p->e[1])
        value[!p->e[0] ? 0 : 1] = value[!p->e[0] ? 1 : 0];
    t->mix += (s.of[0] - s.of[1]) * (value[0] + value[1]) / 2;
}

static bool plain(const struct comparison *c)
{
    for (size_t i = 0; i < c->pairs; i++)
        if (!pair_plain(&c->pair[i]))
            return false;
    return true;
}

static void measure_sample(const struct comparison *c, size_t sample,
                           struct outcome *out)
{
    struct terms t = {{0, 0}, 0, 0};
    const bool as_scored = plain(c);

    for (size_t i = 0; i < c->pairs; i++)
        add_pair(c, i, sample, &t);
    for (size_t side = 0; side < 2; side++) {
        if (!c->whole[side])
            t.value[side] = NAN;
        else if (as_scored) /* the same bits */
            t.value[side] = index_in(c->whole[side], sample);
        out->value[side].at[sample] = t.value[side];
    }
    out->difference.at[sample] = t.value[0] - t.value[1];
    out->weights.at[sample] = t.weights;
    out->mix.at[sample] = t.mix;
    out->answers.at[sample] = out->difference.at[sample] - t.weights - t.mix;
}

static void mark(const struct comparison *c, struct outcome *out)
{
    double squares = 0;

    for (size_t i = 0; i < c->pairs; i++) {
        const struct pair *p = &c->pair[i];

        if (!p->e[0] || !p->e[1]) {
            out->surveys = out->surveys || c->rolled;
        } else if (p->link) {
            const double error =
                shares_of(c, i, WHOLE).of[p->linked] * p->link->se;

            out->linked = true;
            squares += error * error;
        } else {
            out->common = out->common || !p->all;
            out->lent = out->lent || p->weights[0] != 0 || p->weights[1] != 1;
        }
    }
    out->link_se = sqrt(squares);
}

void comparison_measure(const struct comparison *c, struct outcome *out)
{
    const struct cell_estimate *a = c->whole[0], *b = c->whole[1];

    *out = (struct outcome){.link_se = 0};
    measure_begin(a, NULL, &out->value[0]);
    measure_begin(b, NULL, &out->value[1]);
    measure_begin(a, b, &out->difference);
    out->answers = out->weights = out->mix = out->difference;
    for (size_t sample = 0; sample < SAMPLES; sample++)
        measure_sample(c, sample, out);
    mark(c, out);
}
