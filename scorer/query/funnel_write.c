/* funnel_write.c - the funnel as a table for people, CSV and JSON for programs.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "row.h"
#include "scorer/funnel.h"
#include "surveys/json.h"
#include "surveys/table.h"

/* A column's name and its number in a cell. */
struct counted {
    const char *name;
    size_t at; /* offset of a uint64_t */
};
#define COLUMN(field)                                                          \
    {                                                                          \
#field, offsetof(struct funnel_cell, field)                            \
    }
static const struct counted events = COLUMN(events);
static const struct counted asked[] = {
    COLUMN(eligible),  COLUMN(drawn),   COLUMN(invited),  COLUMN(waiting),
    COLUMN(delivered), COLUMN(started), COLUMN(answered), COLUMN(counted),
    COLUMN(complete),  COLUMN(partial), COLUMN(refusal),  COLUMN(noncontact),
    COLUMN(unknown)};
enum { ASKED = sizeof asked / sizeof *asked };

static const char *const rate_names[] = {"rr1", "rr2", "coop1", "ref1", "con1"};
enum { RATES = 5 };

static uint64_t number(const struct funnel_cell *c, const struct counted *k)
{
    uint64_t v;

    memcpy(&v, (const char *)c + k->at, sizeof v);
    return v;
}

static void rates_of(const struct funnel_cell *c, double out[RATES])
{
    const struct funnel_rates f = funnel_rates(c);

    out[0] = f.rr1;
    out[1] = f.rr2;
    out[2] = f.coop1;
    out[3] = f.ref1;
    out[4] = f.con1;
}

/* Exclusions as one number for people, each by itself for programs. */
static void titles(const struct query *q, bool table, struct row *r)
{
    const char *right = table ? ">" : "";

    for (size_t i = 0; i < q->by_count; i++)
        row_put(r, dimension_name(q->by[i]));
    row_format(r, "%s%s", right, events.name);
    if (table)
        row_put(r, ">excluded");
    for (enum exclusion e = 0; e < EXCLUDED_REASONS && !table; e++)
        row_put(r, exclusion_word(e));
    for (size_t i = 0; i < ASKED; i++)
        row_format(r, "%s%s", right, asked[i].name);
    for (size_t i = 0; i < RATES; i++)
        row_format(r, "%s%s", right, rate_names[i]);
}

static void put_rate(struct row *r, bool table, double v)
{
    if (isnan(v))
        row_put(r, table ? "-" : "");
    else if (table)
        row_format(r, "%.1f%%", 100 * v);
    else
        row_format(r, "%.17g", v);
}

static void fill(const struct funnel_cell *c, const struct query *q, bool table,
                 const struct codes *names, struct row *r)
{
    double rates[RATES];
    uint64_t excluded = 0;

    r->count = 0;
    for (size_t i = 0; i < q->by_count; i++)
        row_put_code(r, q, q->by[i], c->cell[i], names);
    row_format(r, "%llu", (unsigned long long)c->events);
    for (enum exclusion e = 0; e < EXCLUDED_REASONS; e++) {
        excluded += c->excluded[e];
        if (!table)
            row_format(r, "%llu", (unsigned long long)c->excluded[e]);
    }
    if (table)
        row_format(r, "%llu", (unsigned long long)excluded);
    for (size_t i = 0; i < ASKED; i++)
        row_format(r, "%llu", (unsigned long long)number(c, &asked[i]));
    rates_of(c, rates);
    for (size_t i = 0; i < RATES; i++)
        put_rate(r, table, rates[i]);
}

static enum status write_table(const struct funnel *f, const struct query *q,
                               const struct codes *names, FILE *out)
{
    struct row l = {0};
    struct table *t = NULL;
    enum status st;

    titles(q, true, &l);
    st = table_new(l.count, l.cell, &t);
    for (size_t i = 0; i < f->count && st == ST_OK; i++) {
        fill(&f->list[i], q, true, names, &l);
        st = table_row(t, l.cell);
    }
    if (st == ST_OK)
        st = table_print(t, out);
    table_free(&t);
    return st;
}

static enum status write_csv(const struct funnel *f, const struct query *q,
                             FILE *out)
{
    struct row l = {0};
    enum status st;

    titles(q, false, &l);
    st = row_write_csv(&l, out);
    for (size_t i = 0; i < f->count && st == ST_OK; i++) {
        fill(&f->list[i], q, false, NULL, &l);
        st = row_write_csv(&l, out);
    }
    return st;
}

static void json_cell(struct json *j, const struct funnel_cell *c,
                      const struct query *q)
{
    double rates[RATES];

    json_put_object(j, NULL);
    json_put_object(j, "cell");
    for (size_t i = 0; i < q->by_count; i++)
        json_put_text(j, dimension_name(q->by[i]), c->cell[i]);
    json_close(j);
    json_put_integer(j, events.name, (int64_t)c->events);
    json_put_object(j, "excluded");
    for (enum exclusion e = 0; e < EXCLUDED_REASONS; e++)
        json_put_integer(j, exclusion_word(e), (int64_t)c->excluded[e]);
    json_close(j);
    for (size_t i = 0; i < ASKED; i++)
        json_put_integer(j, asked[i].name, (int64_t)number(c, &asked[i]));
    rates_of(c, rates);
    for (size_t i = 0; i < RATES; i++)
        json_put_number(j, rate_names[i], rates[i]);
    json_close(j);
}

static enum status write_json(const struct funnel *f, const struct query *q,
                              FILE *out)
{
    struct json *j = json_new();

    json_put_array(j, NULL);
    for (size_t i = 0; i < f->count; i++)
        json_cell(j, &f->list[i], q);
    json_close(j);
    return json_end(&j, out);
}

enum status funnel_write(const struct funnel *f, const struct query *q,
                         enum result_format format, const struct codes *names,
                         FILE *out)
{
    switch (format) {
    case RESULT_TABLE:
        return write_table(f, q, names, out);
    case RESULT_CSV:
        return write_csv(f, q, out);
    default:
        return write_json(f, q, out);
    }
}
