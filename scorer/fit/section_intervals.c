/* section_intervals.c - errors and intervals of the measures that are asked
 * for, number by number. */
#include "report.h"

static bool wanted(const struct fit_asked *asked)
{
    return asked->measures != 0;
}

/* All is computed. */
static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    (void)r;
    (void)err;
    *state = NULL;
    return ST_OK;
}

static bool asked(const struct fit_result *r, size_t measure)
{
    return r->asked->measures & FIT_MEASURE(measure);
}

static enum status add_row(const struct fit_result *r, size_t measure, size_t i,
                           struct table *t)
{
    const struct fit_numbers *n = r->numbers;
    const size_t at = n->first[measure] + i;
    const int digits = measure == FIT_INDEX ? 2 : 3;
    const struct fit_name of =
        fit_measure_name(&r->plan->model, (enum fit_measure)measure, i);
    char name[FIT_NAME], cell[4][FIT_CELL];
    const char *const cells[] = {
        name, fit_cell(cell[0], n->estimate[at], digits),
        fit_cell(cell[1], n->interval[at].se, digits),
        fit_cell(cell[2], n->interval[at].low, digits),
        fit_cell(cell[3], n->interval[at].high, digits)};

    if (!of.count)
        return ST_OK;
    fit_name_join(&of, measure == FIT_HTMT ? " - " : " -> ", name);
    return table_row(t, cells);
}

static enum status add_table(const struct fit_result *r, size_t measure,
                             FILE *out)
{
    const char *const titles[] = {fit_measure_words[measure], ">value", ">se",
                                  ">low", ">high"};
    const size_t *first = r->numbers->first;
    struct table *t = NULL;
    enum status st = table_new(5, titles, &t);

    for (size_t i = 0; i < first[measure + 1] - first[measure]; i++)
        if (st == ST_OK)
            st = add_row(r, measure, i, t);
    return fit_table_end(&t, st, out);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    enum status st = ST_OK;
    bool more = false;

    (void)state;
    for (size_t m = 0; m < FIT_MEASURES && st == ST_OK; m++) {
        if (!asked(r, m))
            continue;
        if (more)
            (void)fputc('\n', out);
        st = add_table(r, m, out);
        more = true;
    }
    return st;
}

static void put(const struct fit_result *r, size_t measure, size_t i,
                struct json *j)
{
    const struct fit_numbers *n = r->numbers;
    const size_t at = n->first[measure] + i;
    const struct fit_name of =
        fit_measure_name(&r->plan->model, (enum fit_measure)measure, i);

    if (!of.count)
        return;
    json_put_object(j, NULL);
    json_put_array(j, "of");
    for (size_t k = 0; k < of.count; k++)
        json_put_text(j, NULL, of.code[k]);
    json_close(j);
    json_put_number(j, "value", n->estimate[at]);
    json_put_number(j, "se", n->interval[at].se);
    json_put_number(j, "low", n->interval[at].low);
    json_put_number(j, "high", n->interval[at].high);
    json_close(j);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const size_t *first = r->numbers->first;

    (void)state;
    json_put_object(j, key);
    for (size_t m = 0; m < FIT_MEASURES; m++) {
        if (!asked(r, m))
            continue;
        json_put_array(j, fit_measure_words[m]);
        for (size_t i = 0; i < first[m + 1] - first[m]; i++)
            put(r, m, i, j);
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_intervals = {.name = "intervals",
                                                 .title =
                                                     "Errors and intervals",
                                                 .wanted = wanted,
                                                 .make = make,
                                                 .text = text,
                                                 .json = json};
