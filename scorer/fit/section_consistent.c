/* section_consistent.c - how reliable the constructs are whose consistent
 * estimates were given, and what of these cannot be. */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "scorer/plsc.h"

enum { WIDTH = 80 };

struct consistent {
    double rho_a[CONSTRUCTS_MAX];
    bool doubt;
    struct err why;
};

static bool wanted(const struct fit_asked *asked)
{
    return asked->consistent;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    struct consistent *s = calloc(1, sizeof *s);

    (void)err;
    if (!s)
        return ST_NOMEM;
    for (size_t c = 0; c < m->constructs; c++)
        s->rho_a[c] = pls_rho_a(m, r->fit, r->cov, c);
    s->doubt = pls_consistent_doubt(m, r->fit, &s->why);
    *state = s;
    return ST_OK;
}

/* In lines of at most WIDTH, broken between words. */
static void say_doubt(const char *why, FILE *out)
{
    size_t at = (size_t)fprintf(out, "Take care:");

    while (*why) {
        const size_t word = strcspn(why, " ");
        const bool fits = at + 1 + word < WIDTH; /* and a full stop */

        (void)fprintf(out, "%c%.*s", fits ? ' ' : '\n', (int)word, why);
        at = (fits ? at + 1 : 0) + word;
        why += word + (why[word] == ' ');
    }
    (void)fputs(".\nNo population has these numbers.\n", out);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {"construct", ">rho_A"};
    const struct pls_model *m = &r->plan->model;
    const struct consistent *s = state;
    struct table *t = NULL;
    enum status st = table_new(2, titles, &t);

    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        char number[FIT_CELL];
        const char *const cells[] = {pls_construct_code(m, c),
                                     fit_cell(number, s->rho_a[c], 3)};

        st = table_row(t, cells);
    }
    st = fit_table_end(&t, st, out);
    if (st == ST_OK && s->doubt)
        say_doubt(s->why.text, out);
    return st;
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct consistent *s = state;

    json_put_object(j, key);
    json_put_object(j, "rho_a");
    for (size_t c = 0; c < m->constructs; c++)
        json_put_number(j, pls_construct_code(m, c), s->rho_a[c]);
    json_close(j);
    if (s->doubt)
        json_put_text(j, "doubt", s->why.text);
    else
        json_put_null(j, "doubt");
    json_close(j);
}

const struct report_section section_consistent = {
    .name = "consistent",
    .title = "Consistent estimates (PLSc): loadings, paths, R2, total effects",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json,
};
