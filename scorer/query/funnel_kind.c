/* funnel_kind.c - the funnel as a kind of question.
 *
 * It is no sum of answers: what it rests on is read anew, whatever the cells
 * know.
 */
#include <stddef.h>

#include "engine_handle.h"
#include "scorer/counts.h"
#include "scorer/funnel.h"
#include "scorer/kind.h"

/* In the order of CSV and JSON; people see the exclusions as one number. */
static const struct counted {
    const char *name;
    size_t at;
    unsigned place;
} counted[] = {
#define COLUMN(field, place)                                                   \
    {                                                                          \
#field, offsetof(struct funnel_cell, field), place                     \
    }
    COLUMN(eligible, 103), COLUMN(drawn, 104),     COLUMN(invited, 105),
    COLUMN(waiting, 106),  COLUMN(delivered, 107), COLUMN(started, 108),
    COLUMN(answered, 109), COLUMN(counted, 110),   COLUMN(complete, 111),
    COLUMN(partial, 112),  COLUMN(refusal, 113),   COLUMN(noncontact, 114),
    COLUMN(unknown, 115)
#undef COLUMN
};
enum { COUNTED = sizeof counted / sizeof *counted };

static const char *const rates[] = {"rr1", "rr2", "coop1", "ref1", "con1"};
enum { RATES = 5, FIRST_RATE = 116 };

static void columns(const struct query *q, struct result *out)
{
    result_cell(out, q->by, q->by_count, 1);
    result_column(
        out,
        &(struct column){.name = "events", .type = VALUE_COUNT, .place = 101});
    result_column(out, &(struct column){.name = "excluded",
                                        .type = VALUE_COUNT,
                                        .place = 102});
    for (enum exclusion e = 0; e < EXCLUDED_REASONS; e++)
        result_column(out, &(struct column){.name = exclusion_word(e),
                                            .type = VALUE_COUNT});
    for (size_t i = 0; i < COUNTED; i++)
        result_column(out, &(struct column){.name = counted[i].name,
                                            .type = VALUE_COUNT,
                                            .place = counted[i].place});
    for (unsigned i = 0; i < RATES; i++)
        result_column(out, &(struct column){.name = rates[i],
                                            .type = VALUE_NUMBER,
                                            .place = FIRST_RATE + i,
                                            .digits = 3});
}

static void put(const struct funnel_cell *c, size_t by, struct result *out)
{
    const struct funnel_rates r = funnel_rates(c);
    const double rate[RATES] = {r.rr1, r.rr2, r.coop1, r.ref1, r.con1};
    uint64_t excluded = 0;

    for (size_t i = 0; i < by; i++)
        result_text(out, c->cell[i]);
    result_count(out, (int64_t)c->events);
    for (enum exclusion e = 0; e < EXCLUDED_REASONS; e++)
        excluded += c->excluded[e];
    result_count(out, (int64_t)excluded);
    for (enum exclusion e = 0; e < EXCLUDED_REASONS; e++)
        result_count(out, (int64_t)c->excluded[e]);
    for (size_t i = 0; i < COUNTED; i++) {
        uint64_t v;

        memcpy(&v, (const char *)c + counted[i].at, sizeof v);
        result_count(out, (int64_t)v);
    }
    for (size_t i = 0; i < RATES; i++)
        result_number(out, rate[i]);
}

/* What is about indices is not about who was asked. */
static enum status check(const struct query *q, struct err *err)
{
    const char *option = q->construct                     ? "construct"
                         : q->weights != WEIGHTS_REFIT    ? "item-weights"
                         : q->rollup != ROLLUP_EQUAL      ? "rollup"
                         : q->weighting != WEIGHTING_NONE ? "weighting"
                                                          : NULL;

    if (!option)
        return ST_OK;
    return err_set(err, ST_INVALID, "--%s: is about indices, not the funnel",
                   option);
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct funnel f = {0};
    struct counts none = {0};
    enum status st = check(q, err);

    if (st == ST_OK)
        st = funnel_read(e, q, query_text(q, "campaign", NULL), &f, err);
    if (st != ST_OK)
        return st;
    columns(q, out);
    for (size_t i = 0; i < f.count; i++)
        put(&f.list[i], q->by_count, out);
    if (!f.count) /* the cells know whether there are answers at all */
        st = engine_counts(e, q, NULL, 0, &none, &out->met, err);
    counts_free(&none);
    funnel_free(&f);
    return st;
}

static const struct kind_option options[] = {
    {.name = "campaign",
     .kind = OPTION_TEXT,
     .argument = "NAME",
     .help = "this one only (default: all)"}};

const struct query_kind kind_funnel = {
    .name = "funnel",
    .summary = "Print who was asked, who answered, and who was not asked.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
