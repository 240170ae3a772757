/* section_interactions.c - how moderators change the effects of others. */
#include <math.h>
#include <stdlib.h>

#include "fit_times.h"
#include "report.h"

/* With any, as they were asked for one by one; make() says whether. */
static bool wanted(const struct fit_asked *asked)
{
    (void)asked;
    return true;
}

/* The numbers are there; this finds out why, where they are not. */
static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct fit_data *d = r->data;
    const struct interactions *x = &r->plan->interactions;
    double numbers[INTERACTIONS_MAX * INTERACTION_NUMBERS];
    double *times;
    enum status st;

    if (x->count == 0)
        return ST_NOTFOUND;
    times = malloc((d->rows + 1) * sizeof *times);
    if (!times)
        return ST_NOMEM;
    fit_times_all(d, times);
    st = interactions_estimate(
        x, &r->plan->model, r->fit,
        &(struct interaction_rows){d->rows, d->row, d->weight, times}, numbers,
        err);
    free(times);
    *state = NULL;
    return st;
}

/* f2 cannot be below 0, so what is about 0 has no interval about it. */
static const struct interval *interval(const struct fit_result *r, size_t at,
                                       enum interaction_number which)
{
    static const struct interval none = {NAN, NAN, NAN};

    return which == INTERACTION_F2 ? &none : &r->numbers->interval[at];
}

static size_t number(const struct fit_result *r, size_t i,
                     enum interaction_number what)
{
    return r->numbers->first[FIT_MEASURES] + i * INTERACTION_NUMBERS + what;
}

static enum status write_row(const struct fit_result *r, size_t i,
                             const char *what, enum interaction_number which,
                             struct table *t)
{
    const struct pls_model *m = &r->plan->model;
    const struct interaction *it = &r->plan->interactions.list[i];
    const size_t at = number(r, i, which);
    const struct interval *in = interval(r, at, which);
    char name[3 * (ITEM_CODE_MAX + 1)], cell[4][FIT_CELL];

    (void)snprintf(
        name, sizeof name, "%s*%s:%s", pls_construct_code(m, it->from),
        pls_construct_code(m, it->by), pls_construct_code(m, it->to));
    return table_row(
        t, (const char *[]){
               name, what, fit_cell(cell[0], r->numbers->estimate[at], 3),
               fit_cell(cell[1], in->se, 3), fit_cell(cell[2], in->low, 3),
               fit_cell(cell[3], in->high, 3)});
}

/* In the order of enum interaction_number. */
static const char *const words[INTERACTION_NUMBERS] = {
    "product",
    "effect at -1 sd of the moderator",
    "effect at its mean",
    "effect at +1 sd",
    "moderator itself",
    "f2"};
static const char *const keys[INTERACTION_NUMBERS] = {
    "product", "effect_low", "effect_mean", "effect_high", "moderator", "f2"};

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {"interaction", "",     ">value",
                                         ">se",         ">low", ">high"};
    struct table *t = NULL;
    enum status st = table_new(6, titles, &t);

    (void)state;
    for (size_t i = 0; i < r->plan->interactions.count; i++)
        for (size_t n = 0; n < INTERACTION_NUMBERS && st == ST_OK; n++)
            st = write_row(r, i, words[n], (enum interaction_number)n, t);
    return fit_table_end(&t, st, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct interactions *x = &r->plan->interactions;

    (void)state;
    json_put_array(j, key);
    for (size_t i = 0; i < x->count; i++) {
        json_put_object(j, NULL);
        json_put_text(j, "from", pls_construct_code(m, x->list[i].from));
        json_put_text(j, "by", pls_construct_code(m, x->list[i].by));
        json_put_text(j, "to", pls_construct_code(m, x->list[i].to));
        for (size_t n = 0; n < INTERACTION_NUMBERS; n++) {
            const size_t at = number(r, i, (enum interaction_number)n);
            const struct interval *in =
                interval(r, at, (enum interaction_number)n);

            json_put_object(j, keys[n]);
            json_put_number(j, "value", r->numbers->estimate[at]);
            json_put_number(j, "se", in->se);
            json_put_number(j, "low", in->low);
            json_put_number(j, "high", in->high);
            json_close(j);
        }
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_interactions = {
    .name = "interactions",
    .title = "Moderated effects: products of standardised scores, two stages",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json,
};
