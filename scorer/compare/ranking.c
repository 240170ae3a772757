/* ranking.c - see ranking.h. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>

struct test {
    double p; /* one-sided, in the direction that was found */
    size_t above, below;
};

/* Rankings under way: places are those in the order of values. */
struct making {
    const struct measure *m;
    size_t count;
    struct ranking *out;
    size_t tests;
    struct test *test;
    bool *differ; /* [above * count + below] */
};

static int by_value(const void *x, const void *y, void *ctx)
{
    const struct measure *m = ((const struct making *)ctx)->m;
    const struct ranking *a = x, *b = y;
    const double u = m[a->at].at[WHOLE], v = m[b->at].at[WHOLE];

    return u != v ? (u < v) - (u > v) : (a->at > b->at) - (a->at < b->at);
}

static int by_p(const void *x, const void *y)
{
    const struct test *a = x, *b = y;

    return (a->p > b->p) - (a->p < b->p);
}

static void order(struct making *k)
{
    for (size_t i = 0; i < k->count; i++)
        k->out[i] = (struct ranking){.at = i};
    qsort_r(k->out, k->count, sizeof *k->out, by_value, k);
    for (size_t i = 0; i < k->count; i++)
        k->out[i].rank = i && k->m[k->out[i].at].at[WHOLE] ==
                                     k->m[k->out[i - 1].at].at[WHOLE]
                             ? k->out[i - 1].rank
                             : i + 1;
}

static void test_all(struct making *k)
{
    for (size_t i = 0; i < k->count; i++)
        for (size_t j = i + 1; j < k->count; j++) {
            struct measure d;
            struct finding f;

            measure_difference(&k->m[k->out[i].at], &k->m[k->out[j].at], &d);
            f = measure_find(&d, 0);
            if (!isnan(f.p))
                k->test[k->tests++] = (struct test){f.p / 2, i, j};
            if (j == i + 1)
                k->out[i].above_next = finding_above(&f);
        }
    if (k->count)
        k->out[k->count - 1].above_next = NAN;
}

/* Of the 2 * tests hypotheses those in the other direction have p over 1/2 and
 * come last, so they are never reached. */
static void step_down(struct making *k)
{
    const double level = 1 - ERRORS_LEVEL;

    qsort(k->test, k->tests, sizeof *k->test, by_p);
    for (size_t i = 0; i < k->tests; i++) {
        if (k->test[i].p > level / (double)(2 * k->tests - i))
            break;
        k->differ[k->test[i].above * k->count + k->test[i].below] = true;
    }
}

static void rank_intervals(struct making *k)
{
    for (size_t i = 0; i < k->count; i++) {
        struct ranking *s = &k->out[i];

        s->low = 1;
        s->high = k->count;
        for (size_t j = 0; j < k->count; j++) {
            s->low += k->differ[j * k->count + i];
            s->high -= k->differ[i * k->count + j];
        }
    }
}

/* How far a run from `first` goes: to the last that no one before it in the
 * run is found above. */
static size_t run_end(const struct making *k, size_t first)
{
    size_t end = first;

    while (end + 1 < k->count) {
        for (size_t i = first; i <= end; i++)
            if (k->differ[i * k->count + end + 1])
                return end;
        end++;
    }
    return end;
}

static void find_bands(struct making *k)
{
    size_t band = 0, covered = 0;

    for (size_t first = 0; first < k->count; first++) {
        const size_t end = run_end(k, first);

        if (first > 0 && end < covered)
            continue; /* all of it is in the band before */
        covered = end + 1;
        band++;
        for (size_t i = first; i <= end; i++) {
            if (!k->out[i].band)
                k->out[i].band = band;
            k->out[i].last_band = band;
        }
    }
}

enum status rankings_make(const struct measure *m, size_t count,
                          struct ranking *out)
{
    struct making k = {.m = m, .count = count, .out = out};
    enum status st = ST_RANGE;

    if (count <= RANKINGS_MAX) {
        k.test = malloc((count * count / 2 + 1) * sizeof *k.test);
        k.differ = calloc(count * count + 1, sizeof *k.differ);
        st = k.test && k.differ ? ST_OK : ST_NOMEM;
    }
    if (st == ST_OK) {
        order(&k);
        test_all(&k);
        step_down(&k);
        rank_intervals(&k);
        find_bands(&k);
    }
    free(k.test);
    free(k.differ);
    return st;
}
