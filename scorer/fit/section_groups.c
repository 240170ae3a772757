/* section_groups.c - groups of rows against each other. */
#include <stdlib.h>
#include <string.h>

#include "fit_bar.h"
#include "fit_groups.h"
#include "report.h"

enum { PERMUTATIONS = 1000 };

static bool wanted(const struct fit_asked *asked)
{
    return asked->groups;
}

static int by_word(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

/* The words of the rows that count, in the order of their bytes; a row without
 * a word is in no group. */
static enum status list_groups(const struct fit_labels *l,
                               const struct fit_sample *s,
                               struct fit_groups *out)
{
    bool *met = calloc(l->count + 1, sizeof *met);

    out->name = calloc(l->count + 1, sizeof *out->name);
    out->group = calloc(s->sample.rows + 1, sizeof *out->group);
    if (!met || !out->name || !out->group) {
        free(met);
        return ST_NOMEM;
    }
    for (size_t i = 0; i < s->sample.rows; i++)
        met[l->row[s->kept[i]]] = true;
    for (size_t i = 0; i < l->count; i++)
        if (met[i] && *l->word[i])
            out->name[out->groups++] = l->word[i];
    free(met);
    qsort(out->name, out->groups, sizeof *out->name, by_word);
    return ST_OK;
}

static void assign(const struct fit_labels *l, const struct fit_sample *s,
                   struct fit_groups *out)
{
    for (size_t i = 0; i < s->sample.rows; i++) {
        const char *word = l->word[l->row[s->kept[i]]];
        const char *const *at =
            bsearch(&word, out->name, out->groups, sizeof *at, by_word);

        out->group[i] = at ? (uint32_t)(at - out->name) : GROUPS_NONE;
        out->without += !at;
    }
}

static enum status compute(const struct fit_result *r,
                           const struct fit_sample *s, struct fit_groups *out,
                           struct err *err)
{
    struct fit_bar bar;
    const struct groups_plan plan = {
        .groups = out->groups,
        .name = out->name,
        .group = out->group,
        .permutations = r->asked->permutations ? (size_t)r->asked->permutations
                                               : PERMUTATIONS,
        .resamples = r->how->draws,
        .seed = r->how->seed,
        .threads = r->how->threads,
        .tell = fit_bar_tell,
        .ctx = &bar};
    enum status st;

    fit_bar_begin(&bar, "comparing");
    st = groups_compare(&s->sample, &plan, &out->comparison, err);
    fit_bar_end(&bar);
    out->permutations = plan.permutations;
    out->resamples = plan.resamples;
    return st;
}

static void drop(void **state)
{
    struct fit_groups *g = *state;

    if (g) {
        groups_free(&g->comparison);
        free(g->name);
        free(g->group);
    }
    free(g);
    *state = NULL;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct fit_labels *l = &r->data->label[FIT_GROUP];
    struct fit_sample s = {.row = NULL};
    struct fit_groups *g = calloc(1, sizeof *g);
    void *made = g;
    enum status st = g ? fit_sample_make(r->data, &s, err) : ST_NOMEM;

    if (st == ST_OK)
        st = list_groups(l, &s, g);
    if (st == ST_OK) {
        assign(l, &s, g);
        st = compute(r, &s, g, err);
    }
    fit_sample_free(&s);
    if (st == ST_OK)
        *state = made;
    else
        drop(&made);
    return st;
}

const struct report_section section_groups = {
    .name = "groups",
    .title = "Groups: may they be compared, and do they differ?",
    .wanted = wanted,
    .make = make,
    .text = fit_groups_text,
    .json = fit_groups_json,
    .drop = drop,
};
