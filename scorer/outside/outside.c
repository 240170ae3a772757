/* outside.c - the kind `outside`: what others measured beside what customers
 * felt, cell by cell, or standard by standard. */
#include <math.h>

#include "kept.h"
#include "outside.h"
#include "promises.h"
#include "surveys/period.h"

static const struct kind_option options[] = {
    {"indicators", OPTION_TEXT, "CSV",
     "period, subject, indicator, numerator, denominator, source, version",
     NULL, 0, 0, true},
    {"standards", OPTION_TEXT, "CSV",
     "standard, grade, touchpoint, item, indicator, limit, text", NULL, 0, 0,
     true},
    {"vintage", OPTION_COUNT, "N", "corrections up to this one (default: all)",
     NULL, 1, INT32_MAX, false}};

/* ---- indicators beside indices ---- */

static void index_columns(struct result *out, const struct query *q)
{
    static const struct column rest[] = {
        {.name = "indicator", .type = VALUE_TEXT, .place = 101},
        {.name = "value", .type = VALUE_NUMBER, .place = 102, .digits = 2},
        {.name = "unit", .type = VALUE_TEXT, .place = 103},
        {.name = "value_low", .type = VALUE_NUMBER},
        {.name = "value_high", .type = VALUE_NUMBER},
        {.name = "numerator", .type = VALUE_NUMBER},
        {.name = "denominator", .type = VALUE_NUMBER, .place = 104},
        {.name = "source", .type = VALUE_TEXT, .place = 105},
        {.name = "version", .type = VALUE_COUNT, .place = 106},
        {.name = "construct", .type = VALUE_TEXT, .place = 107},
        {.name = "index", .type = VALUE_NUMBER, .place = 108, .digits = 2},
        {.name = "low", .type = VALUE_NUMBER, .place = 109, .digits = 2},
        {.name = "high", .type = VALUE_NUMBER, .place = 110, .digits = 2},
        {.name = "n", .type = VALUE_COUNT, .place = 111},
        {.name = "flags", .type = VALUE_WORDS, .place = 112}};

    result_column(out, &(struct column){
                           .name = "survey", .type = VALUE_TEXT, .place = 1});
    result_cell(out, q->by, q->by_count, 2);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(out, &rest[i]);
}

static void put_kept(struct result *out, const struct kept *k)
{
    const struct indicator_kind *kind = indicator_kind(k->name);
    const struct indicator_value v =
        indicator_value(kind, k->numerator, k->denominator);

    result_text(out, k->name);
    result_number(out, v.value);
    result_text(out, kind->unit);
    result_number(out, v.low);
    result_number(out, v.high);
    result_number(out, k->numerator);
    result_number(out, k->denominator);
    result_text(out, k->source);
    result_count(out, k->version);
}

static void put_index(struct result *out, const struct cell_estimate *e)
{
    const bool few = e && e->n < N_SHOWN;
    const bool shown = e && !few;
    struct interval i = {NAN, NAN, NAN};

    if (shown)
        i = cell_interval(e);
    result_text(out, e ? e->construct : "");
    result_number(out, shown ? e->index : NAN);
    result_number(out, i.low);
    result_number(out, i.high);
    result_count(out, e ? e->n : COUNT_NONE);
    result_text(out, !e              ? "unanswered"
                     : few           ? "suppressed"
                     : e->n < N_FIRM ? "indicative"
                                     : "");
}

/* The construct that people mean when they name none. */
static const char *main_construct(const struct estimates *l)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct pls_model *m = l->list[i].model;

        if (m && m->survey->model.constructs)
            return m->survey->model.construct[m->survey->model.index].code;
        if (m)
            return l->list[i].construct;
    }
    return "SAT";
}

static enum status beside_indices(struct engine *e, const struct query *q,
                                  const struct kept_list *kept,
                                  struct result *out, struct err *err)
{
    struct estimates l = {0};
    enum status st = engine_estimates(e, q, &l, NULL, err);
    const char *construct = q->construct ? q->construct : main_construct(&l);

    if (st != ST_OK)
        return st;
    index_columns(out, q);
    for (size_t i = 0; i < kept->count; i++) {
        const struct kept *k = &kept->list[i];
        const char *cell[DIMENSIONS];

        for (size_t d = 0; d < q->by_count; d++)
            cell[d] = k->cell[d];
        result_text(out, q->survey);
        for (size_t d = 0; d < q->by_count; d++)
            result_text(out, k->cell[d]);
        put_kept(out, k);
        put_index(out, estimates_find(&l, q->by_count, cell, construct));
    }
    estimates_free(&l);
    return ST_OK;
}

/* ---- the question ---- */

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    const char *indicators = query_text(q, "indicators", NULL);
    const char *standards = query_text(q, "standards", NULL);
    const int64_t version = query_count(q, "vintage", INT64_MAX);
    struct indicators all = {0};
    struct promises promised = {0};
    struct kept_list kept = {0};
    enum status st = ST_OK;

    if (!indicators)
        return err_set(err, ST_INVALID, "--indicators is needed");
    st = indicators_read(indicators, &all, err);
    if (st == ST_OK && standards)
        st = promises_read(standards, &promised, err);
    if (st == ST_OK && standards)
        st = outside_standards(e, q, &all, &promised, version, out, err);
    if (st == ST_OK && !standards)
        st = kept_find(&all, q, "", version, &kept);
    if (st == ST_OK && !standards)
        st = beside_indices(e, q, &kept, out, err);
    if (st == ST_OK && !out->rows)
        result_note(out,
                    "no line of %s is of these periods and told by just the "
                    "dimensions of this question",
                    indicators);
    kept_free(&kept);
    promises_free(&promised);
    indicators_free(&all);
    return st;
}

const struct query_kind kind_outside = {
    .name = "outside",
    .summary = "Print indicators from outside beside indices, or what was "
               "promised beside what was kept and felt.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
