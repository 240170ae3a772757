/* section_higher.c - what the constructs are that stand for others. */
#include "report.h"

enum { PARTS = CONSTRUCTS_MAX * (ITEM_CODE_MAX + 1) };

static const struct construct *construct(const struct fit_result *r, size_t c)
{
    return &r->plan->model.survey->model.construct[c];
}

/* Wherever there is one; make() says whether. */
static bool wanted(const struct fit_asked *asked)
{
    (void)asked;
    return true;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;

    (void)err;
    *state = NULL;
    return m->distinct < m->items ? ST_OK : ST_NOTFOUND;
}

/* Becker, Klein & Wetzels 2012: the parts are always reflective here; the
 * arrows between them and the whole say what the whole is. */
static const char *kind(const struct fit_result *r, size_t c)
{
    const struct pls_model *m = &r->plan->model;

    return m->path[c * m->constructs + construct(r, c)->part[0]]
               ? "reflective-formative"
               : "reflective-reflective";
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {"construct", "of", "kind", ">items"};
    const struct pls_model *m = &r->plan->model;
    struct table *t = NULL;
    enum status st = table_new(4, titles, &t);

    (void)state;
    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        const struct construct *it = construct(r, c);
        char parts[PARTS] = "", items[FIT_CELL];
        size_t at = 0;

        if (!it->parts)
            continue;
        for (size_t i = 0; i < it->parts; i++)
            at += (size_t)snprintf(parts + at, sizeof parts - at, "%s%s",
                                   i ? " " : "",
                                   pls_construct_code(m, it->part[i]));
        st = table_row(t,
                       (const char *[]){it->code, parts, kind(r, c),
                                        fit_cell(items, (double)it->items, 0)});
    }
    return fit_table_end(&t, st, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;

    (void)state;
    json_put_object(j, key);
    for (size_t c = 0; c < m->constructs; c++) {
        const struct construct *it = construct(r, c);

        if (!it->parts)
            continue;
        json_put_object(j, it->code);
        json_put_array(j, "of");
        for (size_t i = 0; i < it->parts; i++)
            json_put_text(j, NULL, pls_construct_code(m, it->part[i]));
        json_close(j);
        json_put_text(j, "kind", kind(r, c));
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_higher = {
    .name = "higher_order",
    .title = "Higher-order constructs, by the items of their parts",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json,
};
