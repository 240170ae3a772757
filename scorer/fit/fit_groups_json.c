/* fit_groups_json.c - groups with all digits. */
#include "fit_groups.h"

static void put_members(struct json *j, const struct pls_model *m,
                        const struct fit_groups *g)
{
    const size_t k = m->constructs;

    json_put_array(j, "members");
    for (size_t n = 0; n < g->groups; n++) {
        const struct groups_member *x = &g->comparison.member[n];

        json_put_object(j, NULL);
        json_put_text(j, "group", g->name[n]);
        json_put_integer(j, "n", (int64_t)x->rows);
        json_put_integer(j, "dropped", (int64_t)x->dropped);
        json_put_array(j, "paths");
        for (size_t i = 0; i < k * k; i++) {
            if (!m->path[i])
                continue;
            json_put_object(j, NULL);
            json_put_text(j, "from", pls_construct_code(m, i % k));
            json_put_text(j, "to", pls_construct_code(m, i / k));
            json_put_number(j, "coefficient", x->fit.path[i]);
            json_put_number(j, "se", x->path_se[i]);
            json_close(j);
        }
        json_close(j);
        json_put_object(j, "index");
        for (size_t c = 0; c < k; c++) {
            json_put_object(j, pls_construct_code(m, c));
            json_put_number(j, "value", x->index[c]);
            json_put_number(j, "se", x->index_se[c]);
            json_close(j);
        }
        json_close(j);
        json_close(j);
    }
    json_close(j);
}

static void put_span(struct json *j, const char *key,
                     const struct groups_span *s)
{
    json_put_object(j, key);
    json_put_number(j, "difference", s->difference);
    json_put_number(j, "low", s->low);
    json_put_number(j, "high", s->high);
    json_put_number(j, "p", s->p);
    json_close(j);
}

static void put_composite(struct json *j, const char *code,
                          const struct groups_composite *x)
{
    const char *verdict = groups_invariance_word(x->verdict);

    json_put_object(j, code);
    json_put_number(j, "c", x->c);
    json_put_number(j, "quantile", x->quantile);
    json_put_number(j, "p", x->p);
    put_span(j, "mean", &x->mean);
    put_span(j, "log_variance", &x->variance);
    if (verdict)
        json_put_text(j, "invariance", verdict);
    else
        json_put_null(j, "invariance");
    json_close(j);
}

/* The members of an open object. */
static void put_test(struct json *j, const struct groups_test *t)
{
    json_put_number(j, "difference", t->difference);
    json_put_number(j, "p_permutation", t->permutation);
    json_put_number(j, "p_adjusted", t->adjusted);
    json_put_number(j, "p_mga", t->mga);
    json_put_number(j, "t", t->t);
    json_put_number(j, "degrees", t->degrees);
    json_put_number(j, "p_welch", t->welch);
}

static void put_pair(struct json *j, const struct pls_model *m,
                     const struct fit_groups *g, const struct groups_pair *p)
{
    const size_t k = m->constructs;

    json_put_object(j, NULL);
    json_put_text(j, "one", g->name[p->one]);
    json_put_text(j, "two", g->name[p->two]);
    json_put_integer(j, "dropped", (int64_t)p->dropped);
    json_put_object(j, "micom");
    for (size_t c = 0; c < k; c++)
        put_composite(j, pls_construct_code(m, c), &p->composite[c]);
    json_close(j);
    json_put_array(j, "paths");
    for (size_t i = 0; i < k * k; i++) {
        if (!m->path[i])
            continue;
        json_put_object(j, NULL);
        json_put_text(j, "from", pls_construct_code(m, i % k));
        json_put_text(j, "to", pls_construct_code(m, i / k));
        put_test(j, &p->path[i]);
        json_close(j);
    }
    json_close(j);
    json_put_object(j, "index");
    for (size_t c = 0; c < k; c++) {
        json_put_object(j, pls_construct_code(m, c));
        put_test(j, &p->index[c]);
        json_close(j);
    }
    json_close(j);
    json_close(j);
}

void fit_groups_json(const struct fit_result *r, const void *state,
                     const char *key, struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct fit_groups *g = state;

    json_put_object(j, key);
    json_put_integer(j, "permutations", (int64_t)g->permutations);
    json_put_integer(j, "resamples", (int64_t)g->resamples);
    json_put_integer(j, "without_group", (int64_t)g->without);
    put_members(j, m, g);
    json_put_array(j, "pairs");
    for (size_t i = 0; i < g->comparison.pairs; i++)
        put_pair(j, m, g, &g->comparison.pair[i]);
    json_close(j);
    json_close(j);
}
