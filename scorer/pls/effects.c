/* effects.c - see scorer/effects.h.
 *
 * First the number of routes of every pair, in the order of the arrows and
 * without walking any of them; then the walk goes only where a route leads on,
 * so that it costs no more than what it lists.
 */
#include "scorer/effects.h"

#include <assert.h>
#include <math.h>

/* ways[to * constructs + from]: chains of one or more arrows, at most
 * EFFECT_ROUTES_MAX + 2 (a direct arrow is none of the routes). */
static void count_ways(const struct pls_model *m, size_t *ways)
{
    const size_t k = m->constructs;

    for (size_t i = 0; i < k; i++) {
        const size_t to = m->order[i];

        for (size_t from = 0; from < k; from++) {
            size_t *n = &ways[to * k + from];

            *n = 0;
            for (size_t by = 0; by < k; by++)
                if (m->path[to * k + by])
                    *n += by == from ? 1 : ways[by * k + from];
            if (*n > EFFECT_ROUTES_MAX + 2)
                *n = EFFECT_ROUTES_MAX + 2;
        }
    }
}

static size_t routes_of(const struct pls_model *m, const size_t *ways,
                        size_t to, size_t from)
{
    const size_t at = to * m->constructs + from;

    return ways[at] - (m->path[at] ? 1 : 0);
}

static size_t count(const struct pls_model *m, const size_t *ways)
{
    size_t n = 0;

    for (size_t to = 0; to < m->constructs; to++)
        for (size_t from = 0; from < m->constructs; from++)
            n += routes_of(m, ways, to, from);
    return n;
}

size_t effects_count(const struct pls_model *m)
{
    size_t ways[CONSTRUCTS_MAX * CONSTRUCTS_MAX], n;

    count_ways(m, ways);
    n = count(m, ways);
    return n <= EFFECT_ROUTES_MAX ? n : 0;
}

enum status effects_check(const struct pls_model *m, struct err *err)
{
    size_t ways[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    count_ways(m, ways);
    return count(m, ways) <= EFFECT_ROUTES_MAX
               ? ST_OK
               : err_set(err, ST_RANGE,
                         "specific indirect effects: more than %d routes",
                         EFFECT_ROUTES_MAX);
}

/* Lists the routes between two constructs, or what they come to. */
struct walk {
    const struct pls_model *m;
    const size_t *ways;
    const double *path;        /* NULL: no effects wanted */
    struct effects_route *out; /* NULL: no routes wanted */
    double *effect;
    size_t listed;
};

static void list(struct walk *w, const struct effects_route *r)
{
    if (w->out)
        w->out[w->listed] = *r;
    if (w->path) {
        double product = 1;

        for (size_t i = 1; i < r->length; i++)
            product *= w->path[(size_t)r->construct[i] * w->m->constructs +
                               r->construct[i - 1]];
        w->effect[w->listed] = product;
    }
    w->listed++;
}

/* All routes from `from` to `to`; at each length the construct that comes next
 * moves on through the model's order, as the digits of a number do. */
static void walk_pair(struct walk *w, size_t from, size_t to)
{
    const size_t k = w->m->constructs;
    struct effects_route r = {1, {(uint8_t)from}};
    size_t next[CONSTRUCTS_MAX + 1] = {0}; /* by length */

    while (r.length) {
        const size_t at = r.construct[r.length - 1];
        const size_t c = next[r.length]++;

        if (c == k) {
            r.length--;
            continue;
        }
        if (!w->m->path[c * k + at] || (c != to && !w->ways[to * k + c]))
            continue;
        r.construct[r.length++] = (uint8_t)c;
        next[r.length] = c == to ? k : 0;
        if (c == to && r.length > 2)
            list(w, &r);
    }
}

static void walk(struct walk *w)
{
    const size_t k = w->m->constructs;
    size_t ways[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    count_ways(w->m, ways);
    if (count(w->m, ways) > EFFECT_ROUTES_MAX)
        return;
    w->ways = ways;
    for (size_t from = 0; from < k; from++)
        for (size_t to = 0; to < k; to++)
            if (routes_of(w->m, ways, to, from))
                walk_pair(w, from, to);
    assert(w->listed == count(w->m, ways));
}

void effects_routes(const struct pls_model *m, struct effects_route *out)
{
    struct walk w = {.m = m, .out = out};

    walk(&w);
}

void effects_specific(const struct pls_model *m, const double *path,
                      double *out)
{
    struct walk w = {.m = m, .path = path, .effect = out};

    walk(&w);
}

size_t effects_pairs(const struct pls_model *m, struct effects_pair *out)
{
    const size_t k = m->constructs;
    size_t ways[CONSTRUCTS_MAX * CONSTRUCTS_MAX], n = 0;

    count_ways(m, ways);
    for (size_t from = 0; from < k; from++)
        for (size_t to = 0; to < k; to++) {
            if (!routes_of(m, ways, to, from))
                continue;
            if (out)
                out[n] = (struct effects_pair){(uint8_t)from, (uint8_t)to};
            n++;
        }
    return n;
}

void effects_indirect(const struct pls_model *m, const struct pls_fit *fit,
                      double *out)
{
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    const size_t n = effects_pairs(m, pair);

    for (size_t i = 0; i < n; i++) {
        const size_t at = (size_t)pair[i].to * m->constructs + pair[i].from;

        out[i] = fit->total[at] - fit->path[at];
    }
}

void effects_share(const struct pls_model *m, const struct pls_fit *fit,
                   double *out)
{
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    const size_t n = effects_pairs(m, pair);

    effects_indirect(m, fit, out);
    for (size_t i = 0; i < n; i++) {
        const size_t at = (size_t)pair[i].to * m->constructs + pair[i].from;
        const bool against = out[i] * fit->path[at] < 0;

        out[i] = against || fit->total[at] == 0 ? NAN : out[i] / fit->total[at];
    }
}
