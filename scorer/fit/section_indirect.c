/* section_indirect.c - what of the effects goes through other constructs, with
 * intervals: route by route, and between two constructs as a whole. */
#include <stdlib.h>

#include "report.h"
#include "scorer/effects.h"

enum { VIA = CONSTRUCTS_MAX * (ITEM_CODE_MAX + sizeof " -> ") };

struct indirect {
    size_t routes, pairs;
    bool too_many;
    struct err cause;
    struct effects_route route[EFFECT_ROUTES_MAX];
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    double share[EFFECT_PAIRS_MAX];
};

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    struct indirect *s;

    (void)err;
    if (effects_pairs(m, NULL) == 0)
        return ST_NOTFOUND;
    s = calloc(1, sizeof *s);
    if (!s)
        return ST_NOMEM;
    s->routes = effects_count(m);
    s->pairs = effects_pairs(m, s->pair);
    s->too_many = effects_check(m, &s->cause) != ST_OK;
    effects_routes(m, s->route);
    effects_share(m, r->fit, s->share);
    *state = s;
    return ST_OK;
}

/* The constructs between the first and the last. */
static const char *via(const struct pls_model *m, const struct effects_route *r,
                       char out[VIA])
{
    size_t at = 0;

    for (size_t i = 1; i + 1 < r->length; i++)
        at += (size_t)snprintf(out + at, VIA - at, "%s%s", i > 1 ? " -> " : "",
                               pls_construct_code(m, r->construct[i]));
    return out;
}

static enum status write_route(const struct fit_result *r,
                               const struct effects_route *route, size_t number,
                               struct table *t)
{
    const struct pls_model *m = &r->plan->model;
    const struct interval *i = &r->numbers->interval[number];
    char between[VIA], cell[4][FIT_CELL];
    const char *const cells[] = {
        pls_construct_code(m, route->construct[0]),
        via(m, route, between),
        pls_construct_code(m, route->construct[route->length - 1]),
        fit_cell(cell[0], r->numbers->estimate[number], 3),
        fit_cell(cell[1], i->se, 3),
        fit_cell(cell[2], i->low, 3),
        fit_cell(cell[3], i->high, 3)};

    return table_row(t, cells);
}

static enum status write_routes(const struct fit_result *r,
                                const struct indirect *s, FILE *out)
{
    static const char *const titles[] = {"from", "via",  "to",   ">specific",
                                         ">se",  ">low", ">high"};
    struct table *t = NULL;
    enum status st = table_new(7, titles, &t);

    for (size_t i = 0; i < s->routes && st == ST_OK; i++)
        st = write_route(r, &s->route[i], r->numbers->first[FIT_SPECIFIC] + i,
                         t);
    return fit_table_end(&t, st, out);
}

static enum status write_pair(const struct fit_result *r,
                              const struct indirect *s, size_t p,
                              struct table *t)
{
    const struct pls_model *m = &r->plan->model;
    const size_t from = s->pair[p].from, to = s->pair[p].to;
    const size_t number = r->numbers->first[FIT_INDIRECT] + p;
    const struct interval *i = &r->numbers->interval[number];
    char cell[7][FIT_CELL];
    const char *const cells[] = {
        pls_construct_code(m, from),
        pls_construct_code(m, to),
        fit_cell(cell[0], r->fit->path[to * m->constructs + from], 3),
        fit_cell(cell[1], r->numbers->estimate[number], 3),
        fit_cell(cell[2], i->se, 3),
        fit_cell(cell[3], i->low, 3),
        fit_cell(cell[4], i->high, 3),
        fit_cell(cell[5], r->fit->total[to * m->constructs + from], 3),
        fit_cell(cell[6], s->share[p], 3)};

    return table_row(t, cells);
}

static enum status write_pairs(const struct fit_result *r,
                               const struct indirect *s, FILE *out)
{
    static const char *const titles[] = {"from",      "to",     ">direct",
                                         ">indirect", ">se",    ">low",
                                         ">high",     ">total", ">share"};
    struct table *t = NULL;
    enum status st = table_new(9, titles, &t);

    for (size_t p = 0; p < s->pairs && st == ST_OK; p++)
        st = write_pair(r, s, p, t);
    return fit_table_end(&t, st, out);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct indirect *s = state;
    enum status st = write_pairs(r, s, out);

    if (st != ST_OK)
        return st;
    (void)fputc('\n', out);
    if (!s->too_many)
        return write_routes(r, s, out);
    (void)fprintf(out, "not computed: %s\n", s->cause.text);
    return ST_OK;
}

static void put_interval(const struct fit_result *r, size_t number,
                         struct json *j)
{
    const struct interval *i = &r->numbers->interval[number];

    json_put_number(j, "se", i->se);
    json_put_number(j, "low", i->low);
    json_put_number(j, "high", i->high);
}

static void put_pairs(const struct fit_result *r, const struct indirect *s,
                      struct json *j)
{
    const struct pls_model *m = &r->plan->model;

    json_put_array(j, "total");
    for (size_t p = 0; p < s->pairs; p++) {
        const size_t number = r->numbers->first[FIT_INDIRECT] + p;

        json_put_object(j, NULL);
        json_put_text(j, "from", pls_construct_code(m, s->pair[p].from));
        json_put_text(j, "to", pls_construct_code(m, s->pair[p].to));
        json_put_number(j, "effect", r->numbers->estimate[number]);
        put_interval(r, number, j);
        json_put_number(j, "share", s->share[p]);
        json_close(j);
    }
    json_close(j);
}

static void put_routes(const struct fit_result *r, const struct indirect *s,
                       struct json *j)
{
    const struct pls_model *m = &r->plan->model;

    json_put_array(j, "specific");
    for (size_t i = 0; i < s->routes; i++) {
        const struct effects_route *route = &s->route[i];
        const size_t number = r->numbers->first[FIT_SPECIFIC] + i;

        json_put_object(j, NULL);
        json_put_array(j, "route");
        for (size_t c = 0; c < route->length; c++)
            json_put_text(j, NULL, pls_construct_code(m, route->construct[c]));
        json_close(j);
        json_put_number(j, "effect", r->numbers->estimate[number]);
        put_interval(r, number, j);
        json_close(j);
    }
    json_close(j);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct indirect *s = state;

    json_put_object(j, key);
    put_pairs(r, s, j);
    if (s->too_many)
        json_put_text(j, "refused", s->cause.text);
    else
        put_routes(r, s, j);
    json_close(j);
}

const struct report_section section_indirect = {
    .name = "indirect_effects",
    .title = "Indirect effects: total - direct, and route by route",
    .measures = FIT_MEASURE(FIT_INDIRECT) | FIT_MEASURE(FIT_SPECIFIC),
    .make = make,
    .text = text,
    .json = json,
};
