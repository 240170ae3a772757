/* effects_test.c - routes, and what goes through them. */
#include "scorer/effects.h"
#include "scorer/small.h"

/* A model of `k` constructs of an item each; `arrows` are pairs from, to. */
struct net {
    struct item item[CONSTRUCTS_MAX];
    struct construct construct[CONSTRUCTS_MAX];
    size_t number[CONSTRUCTS_MAX];
    bool path[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    struct survey survey;
    struct pls_model model;
};

static void net_make(struct net *n, size_t k)
{
    memset(n, 0, sizeof *n);
    for (size_t c = 0; c < k; c++) {
        n->number[c] = c;
        n->construct[c].items = 1;
        n->construct[c].item = &n->number[c];
        n->construct[c].code[0] = (char)('A' + c);
    }
    n->survey.items = k;
    n->survey.item = n->item;
    n->survey.model.constructs = k;
    n->survey.model.construct = n->construct;
    n->survey.model.path = n->path;
}

static void net_arrow(struct net *n, size_t from, size_t to)
{
    n->path[to * n->survey.model.constructs + from] = true;
}

/* All arrows from a construct to those behind it. */
static void net_full(struct net *n, size_t k)
{
    net_make(n, k);
    for (size_t from = 0; from < k; from++)
        for (size_t to = from + 1; to < k; to++)
            net_arrow(n, from, to);
    pls_model_of(&n->survey, &n->model);
}

/* "ABD", the codes on a route. */
static void name(const struct effects_route *r, char *out)
{
    for (size_t i = 0; i < r->length; i++)
        out[i] = (char)('A' + r->construct[i]);
    out[r->length] = '\0';
}

static void test_small(void **state)
{
    struct small s;
    struct effects_route route;
    struct effects_pair pair;
    struct pls_fit fit = {0};
    double specific, indirect, share;
    char text[CONSTRUCTS_MAX + 1];

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    assert_int_equal(effects_count(&s.model), 1);
    assert_int_equal(effects_pairs(&s.model, &pair), 1);
    effects_routes(&s.model, &route);
    name(&route, text);
    assert_string_equal(text, "ABC");
    assert_int_equal(pair.from, 0);
    assert_int_equal(pair.to, 2);
    fit.path[1 * 3 + 0] = 0.613;
    fit.path[2 * 3 + 1] = 0.457;
    fit.path[2 * 3 + 0] = 0.211;
    fit.total[2 * 3 + 0] = 0.211 + 0.613 * 0.457;
    effects_specific(&s.model, fit.path, &specific);
    effects_indirect(&s.model, &fit, &indirect);
    effects_share(&s.model, &fit, &share);
    assert_true(fabs(specific - 0.613 * 0.457) < 1e-16);
    assert_true(fabs(indirect - specific) < 1e-15);
    assert_true(fabs(share - indirect / (indirect + 0.211)) < 1e-15);
}

/* The direct effect points the other way: no share is one of the whole. */
static void test_against(void **state)
{
    struct small s;
    struct pls_fit fit = {0};
    double share = 0;

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    fit.path[2 * 3 + 0] = -0.211;
    fit.total[2 * 3 + 0] = 0.0691;
    effects_share(&s.model, &fit, &share);
    assert_true(isnan(share));
    fit.path[2 * 3 + 0] = fit.total[2 * 3 + 0] = 0; /* nothing at all */
    effects_share(&s.model, &fit, &share);
    assert_true(isnan(share));
}

static void test_no_route(void **state)
{
    struct net n;
    struct effects_pair pair[EFFECT_PAIRS_MAX];

    (void)state;
    net_make(&n, 2); /* a single path */
    net_arrow(&n, 0, 1);
    pls_model_of(&n.survey, &n.model);
    assert_int_equal(effects_count(&n.model), 0);
    assert_int_equal(effects_pairs(&n.model, pair), 0);
    assert_int_equal(effects_check(&n.model, NULL), ST_OK);

    net_make(&n, 3); /* two that lead to one */
    net_arrow(&n, 0, 2);
    net_arrow(&n, 1, 2);
    pls_model_of(&n.survey, &n.model);
    assert_int_equal(effects_count(&n.model), 0);
    assert_int_equal(effects_pairs(&n.model, pair), 0);

    net_make(&n, 0); /* no model: the index is an item */
    pls_model_of(&n.survey, &n.model);
    assert_int_equal(effects_count(&n.model), 0);
    assert_int_equal(effects_pairs(&n.model, NULL), 0);
}

/* Every subset of the constructs between two is a route: 2^(d-1) - 1 of them
 * at distance d. */
static void test_order(void **state)
{
    static const char *const want[] = {"ABC", "ABCD", "ABD",
                                       "ACD", "BCD",  NULL};
    struct net n;
    struct effects_route route[8];

    (void)state;
    net_full(&n, 4);
    assert_int_equal(effects_count(&n.model), 5);
    effects_routes(&n.model, route);
    for (size_t i = 0; want[i]; i++) {
        char text[CONSTRUCTS_MAX + 1];

        name(&route[i], text);
        assert_string_equal(text, want[i]);
    }
}

/* Arrows against the order of the file. */
static void test_backwards(void **state)
{
    struct net n;
    struct effects_route route;
    char text[CONSTRUCTS_MAX + 1];

    (void)state;
    net_make(&n, 3);
    net_arrow(&n, 2, 1);
    net_arrow(&n, 1, 0);
    pls_model_of(&n.survey, &n.model);
    assert_int_equal(effects_count(&n.model), 1);
    effects_routes(&n.model, &route);
    name(&route, text);
    assert_string_equal(text, "CBA");
}

/* Powers of the path matrix: B^2 + B^3 + ... */
static void indirect_by_powers(const double *path, size_t k, double *sum)
{
    double power[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    memcpy(power, path, k * k * sizeof *power);
    memset(sum, 0, k * k * sizeof *sum);
    for (size_t step = 2; step <= k; step++) {
        double next[CONSTRUCTS_MAX * CONSTRUCTS_MAX] = {0};

        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < k; j++)
                for (size_t l = 0; l < k; l++)
                    next[i * k + j] += path[i * k + l] * power[l * k + j];
        memcpy(power, next, k * k * sizeof *power);
        for (size_t i = 0; i < k * k; i++)
            sum[i] += power[i];
    }
}

static void test_sums(void **state)
{
    enum { K = 9 };
    struct net n;
    struct pls_fit fit = {0};
    struct effects_route route[EFFECT_ROUTES_MAX];
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    double specific[EFFECT_ROUTES_MAX], indirect[EFFECT_PAIRS_MAX];
    double want[K * K], got[K * K] = {0};
    size_t routes, pairs;

    (void)state;
    net_full(&n, K);
    for (size_t i = 0; i < (size_t)K * K; i++)
        if (n.path[i])
            fit.path[i] = 0.03 + 0.0271 * (double)(i * 37 % 29) - 0.31;
    indirect_by_powers(fit.path, K, want);
    for (size_t i = 0; i < (size_t)K * K; i++)
        fit.total[i] = fit.path[i] + want[i];
    routes = effects_count(&n.model);
    pairs = effects_pairs(&n.model, pair);
    assert_int_equal(routes, 466); /* sum (9 - d) (2^(d-1) - 1), d = 2 .. 8 */
    assert_int_equal(pairs, 28);
    effects_routes(&n.model, route);
    effects_specific(&n.model, fit.path, specific);
    effects_indirect(&n.model, &fit, indirect);
    for (size_t i = 0; i < routes; i++)
        got[route[i].construct[route[i].length - 1] * K +
            route[i].construct[0]] += specific[i];
    for (size_t p = 0; p < pairs; p++) {
        const size_t at = (size_t)pair[p].to * K + pair[p].from;

        assert_true(fabs(got[at] - want[at]) < 1e-15);
        assert_true(fabs(indirect[p] - want[at]) < 1e-15);
        got[at] = want[at] = 0;
    }
    for (size_t i = 0; i < (size_t)K * K; i++) /* no pair was forgotten */
        assert_true(got[i] == 0 && fabs(want[i]) == 0);
}

/* 4 million routes are counted at once and not walked. */
static void test_too_many(void **state)
{
    struct net n;
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    struct err err = {""};
    double nothing = 2.385;

    (void)state;
    net_full(&n, 10);
    assert_int_equal(effects_count(&n.model), 0);
    assert_int_equal(effects_check(&n.model, &err), ST_RANGE);
    assert_string_equal(err.text,
                        "specific indirect effects: more than 500 routes");
    net_full(&n, CONSTRUCTS_MAX);
    assert_int_equal(effects_count(&n.model), 0);
    assert_int_equal(effects_check(&n.model, NULL), ST_RANGE);
    assert_int_equal(effects_pairs(&n.model, pair),
                     EFFECT_PAIRS_MAX - (CONSTRUCTS_MAX - 1));
    effects_specific(&n.model, &nothing, &nothing);
    assert_true(nothing == 2.385);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),     cmocka_unit_test(test_against),
        cmocka_unit_test(test_no_route),  cmocka_unit_test(test_order),
        cmocka_unit_test(test_backwards), cmocka_unit_test(test_sums),
        cmocka_unit_test(test_too_many)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
