/* promised.c - service standards: what was promised, kept and felt.
 *
 * A standard is of a grade and a touchpoint, so each is asked with these as
 * filters; the cells are those of the question, such as contractors.
 */
#include <math.h>
#include <stdlib.h>

#include "kept.h"
#include "outside.h"
#include "scorer/counts.h"

enum { FILTERS_MORE = 2 };

struct telling {
    struct engine *engine;
    const struct query *query;
    const struct standard *standard;
    struct kept_list kept;
    struct counts felt;
    struct result *out;
};

static void add_columns(struct result *out, const struct query *q)
{
    static const struct column first[] = {
        {.name = "standard", .type = VALUE_TEXT, .place = 1},
        {.name = "text", .type = VALUE_TEXT},
        {.name = "grade", .type = VALUE_TEXT, .place = 2},
        {.name = "touchpoint", .type = VALUE_TEXT, .place = 3},
        {.name = "survey", .type = VALUE_TEXT}};
    static const struct column rest[] = {
        {.name = "indicator", .type = VALUE_TEXT, .place = 101},
        {.name = "limit", .type = VALUE_NUMBER, .place = 102, .digits = 1},
        {.name = "value", .type = VALUE_NUMBER, .place = 103, .digits = 1},
        {.name = "unit", .type = VALUE_TEXT, .place = 104},
        {.name = "kept", .type = VALUE_TEXT, .place = 105},
        {.name = "source", .type = VALUE_TEXT},
        {.name = "version", .type = VALUE_COUNT},
        {.name = "item", .type = VALUE_TEXT, .place = 106},
        {.name = "felt", .type = VALUE_NUMBER, .place = 107, .digits = 2},
        {.name = "se", .type = VALUE_NUMBER},
        {.name = "low", .type = VALUE_NUMBER, .place = 108, .digits = 2},
        {.name = "high", .type = VALUE_NUMBER, .place = 109, .digits = 2},
        {.name = "n", .type = VALUE_COUNT, .place = 110},
        {.name = "flags", .type = VALUE_WORDS, .place = 111}};

    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        result_column(out, &first[i]);
    result_cell(out, q->by, q->by_count, 4);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(out, &rest[i]);
}

/* ---- one line ---- */

static void put_head(const struct telling *t, const char *const *cell)
{
    const struct standard *s = t->standard;

    result_text(t->out, s->name);
    result_text(t->out, s->text);
    result_text(t->out, s->grade);
    result_text(t->out, s->touchpoint);
    result_text(t->out, t->query->survey);
    for (size_t i = 0; i < t->query->by_count; i++)
        result_text(t->out, cell[i]);
}

static const char *verdict(const struct indicator_kind *k, double value,
                           double limit)
{
    if (isnan(value) || isnan(limit))
        return "";
    return (k->less_is_better ? value <= limit : value >= limit) ? "yes" : "no";
}

static void put_kept(const struct telling *t, const struct kept *k)
{
    const struct standard *s = t->standard;
    const struct indicator_kind *kind = indicator_kind(s->indicator);
    const double value =
        k ? indicator_value(kind, k->numerator, k->denominator).value : NAN;

    result_text(t->out, s->indicator);
    result_number(t->out, s->limit);
    result_number(t->out, value);
    result_text(t->out, *s->indicator ? kind->unit : "");
    result_text(t->out, verdict(kind, value, s->limit));
    result_text(t->out, k ? k->source : "");
    result_count(t->out, k ? k->version : COUNT_NONE);
}

/* The mean on 0 .. 100 of counts of stored answers 1 .. points. */
static double felt_value(const double *count, size_t points)
{
    double n = 0, sum = 0;

    for (size_t v = 0; v < points; v++) {
        n += count[v];
        sum += count[v] * (double)v;
    }
    return n > 0 && points > 1 ? 100 * sum / n / (double)(points - 1) : NAN;
}

static void put_felt(const struct telling *t, const struct item_counts *c)
{
    const bool shown = c && c->n >= N_SHOWN;
    struct interval i = {NAN, NAN, NAN};
    double value = NAN, replicate[GROUPS];

    if (shown) {
        value = felt_value(c->count, c->points);
        for (size_t g = 0; g < GROUPS; g++)
            replicate[g] = felt_value(c->without + g * c->points, c->points);
        i = counts_interval(value, replicate, &c, 1);
    }
    result_text(t->out, t->standard->item);
    result_number(t->out, value);
    result_number(t->out, i.se);
    result_number(t->out, i.low);
    result_number(t->out, i.high);
    result_count(t->out, c ? c->n : COUNT_NONE);
    result_text(t->out, !c              ? "unanswered"
                        : !shown        ? "suppressed"
                        : c->n < N_FIRM ? "indicative"
                                        : "");
}

/* ---- one standard ---- */

static bool same_cell(const struct telling *t, const struct kept *k,
                      const char *const *cell)
{
    for (size_t i = 0; i < t->query->by_count; i++)
        if (!streq(k->cell[i], cell[i]))
            return false;
    return streq(k->name, t->standard->indicator);
}

static const struct kept *find_kept(const struct telling *t,
                                    const char *const *cell)
{
    for (size_t i = 0; i < t->kept.count; i++)
        if (same_cell(t, &t->kept.list[i], cell))
            return &t->kept.list[i];
    return NULL;
}

static void put_felt_cells(const struct telling *t)
{
    for (size_t i = 0; i < t->felt.count; i++) {
        const struct item_counts *c = &t->felt.list[i];

        put_head(t, c->cell);
        put_kept(t, find_kept(t, c->cell));
        put_felt(t, c);
    }
}

/* Cells that have an indicator and no answer. */
static void put_other_cells(const struct telling *t)
{
    for (size_t i = 0; i < t->kept.count; i++) {
        const struct kept *k = &t->kept.list[i];
        const char *cell[DIMENSIONS];
        bool felt = !streq(k->name, t->standard->indicator);

        for (size_t d = 0; d < t->query->by_count; d++)
            cell[d] = k->cell[d];
        for (size_t c = 0; c < t->felt.count && !felt; c++)
            felt = same_cell(t, k, t->felt.list[c].cell);
        if (felt)
            continue;
        put_head(t, cell);
        put_kept(t, k);
        put_felt(t, NULL);
    }
}

static enum status find_felt(struct telling *t, struct err *err)
{
    const struct query *q = t->query;
    const struct standard *s = t->standard;
    const char *const grade = s->grade, *const touchpoint = s->touchpoint;
    const char *const item = s->item;
    struct query_filter *f = malloc((q->filters + FILTERS_MORE) * sizeof *f);
    struct query narrowed = *q;
    struct err cause = {""};
    enum status st;

    if (!f)
        return ST_NOMEM;
    if (q->filters)
        memcpy(f, q->filter, q->filters * sizeof *f);
    if (*grade)
        f[narrowed.filters++] = (struct query_filter){DIM_CLASS, 1, &grade};
    if (*touchpoint)
        f[narrowed.filters++] =
            (struct query_filter){DIM_TOUCHPOINT, 1, &touchpoint};
    narrowed.filter = f;
    st = engine_counts(t->engine, &narrowed, &item, 1, &t->felt, NULL, &cause);
    free(f);
    return st == ST_OK || st == ST_NOMEM
               ? st
               : err_set(err, st, "standard %s: %s", s->name, cause.text);
}

static enum status tell(struct telling *t, const struct indicators *all,
                        int64_t version, struct err *err)
{
    enum status st = ST_OK;

    if (*t->standard->indicator)
        st = kept_find(all, t->query, t->standard->grade, version, &t->kept);
    if (st == ST_OK && *t->standard->item)
        st = find_felt(t, err);
    if (st == ST_OK) {
        put_felt_cells(t);
        put_other_cells(t);
    }
    kept_free(&t->kept);
    counts_free(&t->felt);
    return st;
}

enum status outside_standards(struct engine *e, const struct query *q,
                              const struct indicators *all,
                              const struct promises *promised, int64_t version,
                              struct result *out, struct err *err)
{
    enum status st = ST_OK;

    add_columns(out, q);
    for (size_t i = 0; i < promised->count && st == ST_OK; i++) {
        struct telling t = {.engine = e,
                            .query = q,
                            .standard = &promised->list[i],
                            .out = out};

        st = tell(&t, all, version, err);
    }
    return st;
}
