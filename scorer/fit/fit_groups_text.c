/* fit_groups_text.c - groups for people: each, then pair by pair. */
#include <math.h>

#include "fit_groups.h"

struct writer {
    const struct pls_model *model;
    const struct fit_groups *groups;
    FILE *out;
};

static enum status write_members(const struct writer *w)
{
    static const char *const titles[] = {"group", ">answers", "construct",
                                         ">index", ">se"};
    const struct pls_model *m = w->model;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t g = 0; g < w->groups->groups; g++) {
        const struct groups_member *x = &w->groups->comparison.member[g];

        for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
            char rows[FIT_CELL], cell[2][FIT_CELL];
            const char *const cells[] = {
                c ? "" : w->groups->name[g], c ? "" : rows,
                pls_construct_code(m, c), fit_cell(cell[0], x->index[c], 2),
                fit_cell(cell[1], x->index_se[c], 2)};

            (void)snprintf(rows, sizeof rows, "%zu", x->rows);
            st = table_row(t, cells);
        }
    }
    return fit_table_end(&t, st, w->out);
}

static enum status write_composites(const struct writer *w,
                                    const struct groups_pair *p)
{
    static const char *const titles[] = {"construct", ">c",    ">5 %",
                                         ">p",        ">mean", ">p",
                                         ">log var",  ">p",    "invariance"};
    const struct pls_model *m = w->model;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        const struct groups_composite *x = &p->composite[c];
        const char *verdict = groups_invariance_word(x->verdict);
        char cell[7][FIT_CELL];
        const char *const cells[] = {
            pls_construct_code(m, c),
            fit_cell(cell[0], x->c, 4),
            fit_cell(cell[1], x->quantile, 4),
            fit_cell(cell[2], x->p, 3),
            fit_cell(cell[3], x->mean.difference, 3),
            fit_cell(cell[4], x->mean.p, 3),
            fit_cell(cell[5], x->variance.difference, 3),
            fit_cell(cell[6], x->variance.p, 3),
            verdict ? verdict : "-"};

        st = table_row(t, cells);
    }
    return fit_table_end(&t, st, w->out);
}

struct line {
    const char *from, *to; /* of an index: "" and the construct */
    double one, two;
    int digits;
};

static enum status write_line(const struct line *l, const struct groups_test *x,
                              struct table *t)
{
    char cell[7][FIT_CELL];
    const char *const cells[] = {l->from,
                                 l->to,
                                 fit_cell(cell[0], l->one, l->digits),
                                 fit_cell(cell[1], l->two, l->digits),
                                 fit_cell(cell[2], x->difference, l->digits),
                                 fit_cell(cell[3], x->permutation, 3),
                                 fit_cell(cell[4], x->adjusted, 3),
                                 fit_cell(cell[5], x->mga, 3),
                                 fit_cell(cell[6], x->welch, 3)};

    return table_row(t, cells);
}

static enum status write_tests(const struct writer *w,
                               const struct groups_pair *p)
{
    static const char *const titles[] = {"from",      "to",          ">one",
                                         ">two",      ">difference", ">p perm",
                                         ">adjusted", ">MGA",        ">Welch"};
    const struct pls_model *m = w->model;
    const struct groups_member *one = &w->groups->comparison.member[p->one];
    const struct groups_member *two = &w->groups->comparison.member[p->two];
    const size_t k = m->constructs;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t i = 0; i < k * k && st == ST_OK; i++) {
        const struct line line = {pls_construct_code(m, i % k),
                                  pls_construct_code(m, i / k),
                                  one->fit.path[i], two->fit.path[i], 3};

        if (m->path[i])
            st = write_line(&line, &p->path[i], t);
    }
    for (size_t c = 0; c < k && st == ST_OK; c++) {
        const struct line line = {"index", pls_construct_code(m, c),
                                  one->index[c], two->index[c], 2};

        st = write_line(&line, &p->index[c], t);
    }
    return fit_table_end(&t, st, w->out);
}

/* In words: what may not be compared, and what differs. */
static void write_verdict(const struct writer *w, const struct groups_pair *p)
{
    const struct pls_model *m = w->model;
    size_t none = 0, found = 0;

    for (size_t c = 0; c < m->constructs; c++) {
        if (p->composite[c].verdict == INVARIANCE_NONE)
            (void)fprintf(w->out, "%s %s", none++ ? "," : "Not comparable:",
                          pls_construct_code(m, c));
        found += p->index[c].adjusted <= 0.05;
    }
    for (size_t i = 0; i < m->constructs * m->constructs; i++)
        found += m->path[i] && p->path[i].adjusted <= 0.05;
    if (none)
        (void)fprintf(w->out, ": what it means differs between the two.\n");
    if (w->groups->permutations)
        (void)fprintf(w->out,
                      "Paths and indices that differ at 5 %% after adjustment: "
                      "%zu.\n",
                      found);
    if (p->dropped)
        (void)fprintf(w->out, "%zu permutations could not be estimated.\n",
                      p->dropped);
}

static enum status write_pair(const struct writer *w,
                              const struct groups_pair *p)
{
    enum status st;

    (void)fprintf(w->out, "\n%s (one) and %s (two)\n", w->groups->name[p->one],
                  w->groups->name[p->two]);
    st = write_composites(w, p);
    if (st == ST_OK) {
        (void)fputc('\n', w->out);
        st = write_tests(w, p);
    }
    if (st == ST_OK)
        write_verdict(w, p);
    return st;
}

enum status fit_groups_text(const struct fit_result *r, const void *state,
                            FILE *out)
{
    const struct fit_groups *g = state;
    const struct writer w = {&r->plan->model, g, out};
    enum status st;

    (void)fprintf(out, "%zu permutations, %zu resamples.", g->permutations,
                  g->resamples);
    if (g->without)
        (void)fprintf(out, " %zu answers are in no group.", g->without);
    (void)fprintf(out,
                  "\nThe items and the model are the same for all (configural "
                  "invariance).\n"
                  "c: correlation of the scores by either group's weights; "
                  "partial: paths may be\n"
                  "compared; full: the answers may be pooled (MICOM: Henseler "
                  "et al. 2016).\n"
                  "MGA: p that one is not above two; p perm and Welch are "
                  "two-sided; adjusted: for\n"
                  "all pairs together (Benjamini & Hochberg 1995).\n\n");
    st = write_members(&w);
    for (size_t i = 0; i < g->comparison.pairs && st == ST_OK; i++)
        st = write_pair(&w, &g->comparison.pair[i]);
    return st;
}
