/* compare.c - all groups, then all pairs of them.  See scorer/groups.h. */
#include <math.h>
#include <stdlib.h>

#include "scorer/multiple.h"
#include "work.h"

const char *groups_invariance_word(enum groups_invariance v)
{
    static const char *const words[] = {NULL, "none", "partial", "full"};

    return words[v];
}

static enum status check(const struct sample *s, const struct groups_plan *p,
                         struct err *err)
{
    if (p->groups < 2)
        return err_set(err, ST_NUMERIC,
                       "fewer than two groups: there is nothing to compare");
    if (p->groups > GROUPS_COMPARED_MAX)
        return err_set(err, ST_RANGE, "%zu groups: %d can be compared",
                       p->groups, GROUPS_COMPARED_MAX);
    if (p->permutations > GROUPS_REPLICATES_MAX ||
        p->resamples > GROUPS_REPLICATES_MAX)
        return err_set(err, ST_RANGE, "%d permutations or resamples can be",
                       GROUPS_REPLICATES_MAX);
    if (s->rows >= UINT32_MAX)
        return err_set(err, ST_RANGE, "more than %u rows", UINT32_MAX - 1);
    for (size_t r = 0; r < s->rows; r++)
        if (p->group[r] >= p->groups && p->group[r] != GROUPS_NONE)
            return err_set(err, ST_RANGE, "row %zu: no group of the %zu", r + 1,
                           p->groups);
    return ST_OK;
}

static void nothing_known(struct groups_pair *p)
{
    const struct groups_test nothing = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};

    for (size_t i = 0; i < CONSTRUCTS_MAX * CONSTRUCTS_MAX; i++)
        p->path[i] = nothing;
    for (size_t c = 0; c < CONSTRUCTS_MAX; c++)
        p->index[c] = nothing;
}

static enum status compare_pairs(struct work *w)
{
    struct groups_comparison *out = &w->out;
    enum status st = ST_OK;
    size_t n = 0;

    for (size_t one = 0; one < out->groups; one++)
        for (size_t two = one + 1; two < out->groups && st == ST_OK; two++) {
            struct groups_pair *p = &out->pair[n++];

            nothing_known(p);
            p->one = one;
            p->two = two;
            st = pair_permute(w, p);
            if (st == ST_OK)
                pair_resampled(w, p);
        }
    return st;
}

/* The i-th test of one kind; there are `tests` a pair. */
static struct groups_test *test_of(struct groups_comparison *c, bool index,
                                   size_t tests, size_t i)
{
    struct groups_pair *p = &c->pair[i / tests];

    return index ? &p->index[i % tests] : &p->path[i % tests];
}

/* The permutation p of all pairs' paths, or indices, together. */
static enum status adjust(struct groups_comparison *c, bool index, size_t tests)
{
    const size_t n = c->pairs * tests;
    double *p = calloc(n, sizeof *p);
    enum status st;

    if (!p)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++)
        p[i] = test_of(c, index, tests, i)->permutation;
    st = false_discovery(p, n, p);
    for (size_t i = 0; i < n && st == ST_OK; i++)
        test_of(c, index, tests, i)->adjusted = p[i];
    free(p);
    return st;
}

static enum status run(struct work *w)
{
    const struct sample *s = w->sample;
    const size_t k = s->model->constructs, groups = w->plan->groups;
    enum status st = sample_sums_new(s, &w->all);

    for (size_t g = 0; g < groups && st == ST_OK; g++)
        st = group_gather(w, g);
    for (size_t g = 0; g < groups && st == ST_OK; g++)
        st = group_check(w, g);
    if (st == ST_OK)
        st = sample_sums_fit(&w->all, s, NULL, &w->fit, w->err);
    for (size_t g = 0; g < groups && st == ST_OK; g++)
        st = group_estimate(w, g);
    for (size_t g = 0; g < groups && st == ST_OK; g++)
        st = group_resample(w, g);
    if (st == ST_OK)
        st = compare_pairs(w);
    if (st == ST_OK)
        st = adjust(&w->out, false, k * k);
    return st == ST_OK ? adjust(&w->out, true, k) : st;
}

static enum status make(struct work *w)
{
    const struct groups_plan *p = w->plan;
    struct groups_comparison *out = &w->out;

    out->groups = p->groups;
    out->pairs = p->groups * (p->groups - 1) / 2;
    out->member = calloc(out->groups, sizeof *out->member);
    out->pair = calloc(out->pairs, sizeof *out->pair);
    w->space = malloc((2 * p->resamples + 1) * sizeof *w->space);
    w->crew = (struct crew){.sample = w->sample,
                            .plan = p,
                            .all = out->groups * p->resamples +
                                   out->pairs * p->permutations};
    return out->member && out->pair && w->space ? ST_OK : ST_NOMEM;
}

static void drop(struct work *w)
{
    sample_sums_free(&w->all);
    for (size_t g = 0; g < GROUPS_COMPARED_MAX; g++) {
        sample_sums_free(&w->group[g].sums);
        free(w->group[g].row);
        free(w->group[g].replicate);
    }
    free(w->space);
    groups_free(&w->out);
}

enum status groups_compare(const struct sample *s,
                           const struct groups_plan *plan,
                           struct groups_comparison *out, struct err *err)
{
    struct work *w;
    enum status st = check(s, plan, err);

    if (st != ST_OK)
        return st;
    (void)err_set(err, ST_NOMEM, "out of memory");
    w = calloc(1, sizeof *w);
    if (!w)
        return ST_NOMEM;
    w->sample = s;
    w->plan = plan;
    w->err = err;
    st = make(w);
    if (st == ST_OK)
        st = run(w);
    if (st == ST_OK) {
        *out = w->out;
        w->out = (struct groups_comparison){0};
    }
    drop(w);
    free(w);
    return st;
}

void groups_free(struct groups_comparison *c)
{
    free(c->member);
    free(c->pair);
    *c = (struct groups_comparison){0};
}
