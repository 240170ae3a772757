/* exit_table.c - the exit-complaint table, a row a crossing. */
#include <math.h>

#include "exit.h"
#include "scorer/people.h"

static const char *const satisfactions[] = {"satisfied", "fair", "dissatisfied",
                                            "all"};
static const char *const complaints[] = {"no", "yes", "all"};
static const char *const handlings[] = {"well", "fair", "badly", "all"};

static const struct column rest[] = {
    {.name = "satisfaction", .type = VALUE_TEXT, .place = 101},
    {.name = "complained", .type = VALUE_TEXT, .place = 102},
    {.name = "handling", .type = VALUE_TEXT, .place = 103},
    {.name = "n", .type = VALUE_COUNT, .place = 104},
    {.name = "share", .type = VALUE_NUMBER, .place = 105, .digits = 1},
    {.name = "share_se", .type = VALUE_NUMBER},
    {.name = "share_low", .type = VALUE_NUMBER, .place = 106, .digits = 1},
    {.name = "share_high", .type = VALUE_NUMBER, .place = 107, .digits = 1},
    {.name = "within", .type = VALUE_NUMBER, .place = 108, .digits = 1},
    {.name = "within_se", .type = VALUE_NUMBER},
    {.name = "within_low", .type = VALUE_NUMBER},
    {.name = "within_high", .type = VALUE_NUMBER},
    {.name = "loyalty", .type = VALUE_NUMBER, .place = 109, .digits = 1},
    {.name = "loyalty_se", .type = VALUE_NUMBER},
    {.name = "loyalty_low", .type = VALUE_NUMBER},
    {.name = "loyalty_high", .type = VALUE_NUMBER},
    {.name = "loyalty_gap", .type = VALUE_NUMBER, .place = 110, .digits = 1},
    {.name = "loyalty_gap_se", .type = VALUE_NUMBER},
    {.name = "loyalty_gap_low",
     .type = VALUE_NUMBER,
     .place = 111,
     .digits = 1},
    {.name = "loyalty_gap_high",
     .type = VALUE_NUMBER,
     .place = 112,
     .digits = 1},
    {.name = "as_loyal", .type = VALUE_NUMBER, .place = 113, .digits = 1},
    {.name = "as_loyal_se", .type = VALUE_NUMBER},
    {.name = "as_loyal_low", .type = VALUE_NUMBER},
    {.name = "as_loyal_high", .type = VALUE_NUMBER},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 114}};

static void add_columns(struct exiting *x)
{
    result_column(
        x->out,
        &(struct column){.name = "survey", .type = VALUE_TEXT, .place = 1});
    result_cell(x->out, x->query->by, x->query->by_count, 2);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(x->out, &rest[i]);
}

/* A part of people lies between none and all. */
static void put_number(struct exiting *x, const struct crossed_number *c,
                       bool part, bool *no_interval)
{
    const double least = 1e-9;
    struct interval i = c->interval;

    if (!(i.se > least))
        i = (struct interval){NAN, NAN, NAN};
    *no_interval = *no_interval || (!isnan(c->value) && isnan(i.se));
    if (part && !isnan(i.se)) {
        i.low = fmax(0, i.low);
        i.high = fmin(100, i.high);
    }
    result_number(x->out, c->value);
    result_number(x->out, i.se);
    result_number(x->out, i.low);
    result_number(x->out, i.high);
}

static void hide(struct crossed_row *r)
{
    const struct crossed_number none = {NAN, {NAN, NAN, NAN}};

    r->share = r->within = r->loyalty = r->gap = r->as_loyal = none;
}

static void put_row(struct exiting *x, const struct crossing *c, size_t cell,
                    struct crossed which)
{
    const bool all = which.satisfaction == SATISFACTIONS,
               anybody = which.complained == ANYBODY;
    bool no_interval = false, ignored = false;
    struct crossed_row r;

    crossing_row(c, which, &r);
    if (r.n < N_SHOWN)
        hide(&r);
    result_text(x->out, x->plan->survey->code);
    for (size_t d = 0; d < x->query->by_count; d++)
        result_text(x->out, split_code(&x->split, cell, d));
    result_text(x->out, satisfactions[which.satisfaction]);
    result_text(x->out, complaints[which.complained]);
    result_text(x->out, which.complained == COMPLAINED
                            ? handlings[which.handling]
                            : "");
    result_count(x->out, r.n);
    /* all are all: that needs no interval */
    put_number(x, &r.share, true, all && anybody ? &ignored : &no_interval);
    put_number(x, &r.within, true, anybody ? &ignored : &no_interval);
    put_number(x, &r.loyalty, true, &no_interval);
    put_number(x, &r.gap, false,
               all && which.complained == COMPLAINED_NOT ? &ignored
                                                         : &no_interval);
    put_number(x, &r.as_loyal, true, &no_interval);
    result_text(x->out, x->estimates.weighting);
    exit_put_flags(x, r.n, no_interval, "");
}

static void tell_cell(struct exiting *x, const struct crossing *c, size_t cell)
{
    const bool handled = x->plan->roles.handling != SIZE_MAX;

    for (int s = 0; s <= SATISFACTIONS; s++) {
        struct crossed which = {(enum satisfaction)s, ANYBODY, HANDLINGS};

        put_row(x, c, cell, which);
        which.complained = COMPLAINED_NOT;
        put_row(x, c, cell, which);
        which.complained = COMPLAINED;
        put_row(x, c, cell, which);
        for (int h = 0; h < HANDLINGS && handled; h++) {
            which.handling = (enum handling)h;
            put_row(x, c, cell, which);
        }
    }
}

static const double *weight_of(const struct exiting *x, const struct answer *a)
{
    return x->people
               ? people_weights(x->people, a->month, a->rate_ppm, a->context)
               : NULL;
}

static void note(struct exiting *x)
{
    const char *weighting = x->estimates.weighting;
    const struct plan *p = x->plan;
    const struct item *item = p->survey->item;

    result_note(x->out,
                "of people who answered %s and %s: satisfied from %d on, fair "
                "from %d on; complained: %d",
                item[p->roles.overall].code, item[p->roles.complaint].code,
                p->cut.satisfied, p->cut.fair, p->roles.complained);
    if (!streq(weighting, "none"))
        result_note(x->out, "people are weighted: %s", weighting);
    result_note(x->out,
                "share: of all; within: of those as satisfied; the "
                "dissatisfied who did not complain are the silent ones");
    if (p->roles.loyalty != SIZE_MAX)
        result_note(
            x->out,
            "loyalty: %s on 0-100; loyalty_gap: what they lack to those who "
            "did not complain; as_loyal: part of them that answered "
            "their mean or more (of those handled well: recovered)",
            item[p->roles.loyalty].code);
}

enum status exit_tell_table(struct exiting *x)
{
    const struct split *s = &x->split;
    struct crossing *c = NULL;
    enum status st = ST_OK;

    add_columns(x);
    if (x->answers)
        st = crossing_new(x->plan, x->query, &c, x->err);
    if (st != ST_OK || !x->answers)
        return st;
    for (size_t cell = 0; cell < s->cells; cell++) {
        crossing_clear(c);
        for (size_t i = s->first[cell]; i < s->first[cell + 1]; i++) {
            const struct answer a = answers_at(x->answers, s->order[i]);
            const double *weight = weight_of(x, &a);

            if (weight || !x->people) /* else it came just now */
                crossing_add(c, &a, weight);
        }
        tell_cell(x, c, cell);
    }
    crossing_free(&c);
    note(x);
    return ST_OK;
}
