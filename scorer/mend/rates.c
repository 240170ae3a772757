/* rates.c - the kind `rates`: shares of people by what they answered to one
 * question, as operators and boards ask for them. */
#include <math.h>
#include <stdlib.h>

#include "rated.h"

static const struct kind_option options[] = {
    {"item", OPTION_TEXT, "CODE",
     "the overall item (default: the first of the index)", NULL, 0, 0, false},
    {"satisfied", OPTION_COUNT, "N", "satisfied from this answer on", NULL, 0,
     255, false},
    {"fair", OPTION_COUNT, "N", "fair from this answer on", NULL, 0, 255,
     false},
    {"boxes", OPTION_COUNT, "N", "how many top answers are CSAT (default: 2)",
     NULL, 1, SCALE_MAX, false},
    {"complaint", OPTION_TEXT, "ITEM=CODE",
     "the choice that says that somebody complained", NULL, 0, 0, false},
    {"loyalty", OPTION_TEXT, "CODE",
     "how likely it is that they stay (default: LOY1)", NULL, 0, 0, false},
    {"stay", OPTION_COUNT, "N",
     "likely to stay from this answer on (default: the top two)", NULL, 0, 255,
     false},
    {"nps", OPTION_TEXT, "CODE",
     "how likely it is that they recommend (default: LOY2)", NULL, 0, 0, false},
    {"distribution", OPTION_FLAG, NULL,
     "the share of each answer to the overall item too", NULL, 0, 0, false}};

struct rating {
    const struct query *query;
    struct plans plans;
    struct counts counts;
    const struct item_counts **part; /* of the row under way */
    const struct plan **plan;
    struct result *out;
    struct err *err;
};

/* ---- columns ---- */

static const struct column rest[] = {
    {.name = "measure", .type = VALUE_TEXT, .place = 101},
    {.name = "item", .type = VALUE_TEXT, .place = 102},
    {.name = "answer", .type = VALUE_COUNT},
    {.name = "value", .type = VALUE_NUMBER, .place = 104, .digits = 2},
    {.name = "n", .type = VALUE_COUNT, .place = 108},
    {.name = "n_eff", .type = VALUE_NUMBER},
    {.name = "se", .type = VALUE_NUMBER, .place = 107, .digits = 2},
    {.name = "low", .type = VALUE_NUMBER, .place = 105, .digits = 2},
    {.name = "high", .type = VALUE_NUMBER, .place = 106, .digits = 2},
    {.name = "method", .type = VALUE_TEXT},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 109}};

static void add_columns(struct rating *r)
{
    result_column(
        r->out,
        &(struct column){.name = "survey", .type = VALUE_TEXT, .place = 1});
    result_cell(r->out, r->query->by, r->query->by_count, 2);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
        struct column c = rest[i];

        if (streq(c.name, "answer") && query_flag(r->query, "distribution"))
            c.place = 103;
        result_column(r->out, &c);
    }
}

/* ---- rows ---- */

static void put_flags(struct rating *r, const struct rated *row,
                      const struct rated_number *x)
{
    const char *names[32];
    char words[128] = "";
    uint32_t flags = 0;
    size_t n;

    if (x->n < N_SHOWN)
        flags = SCORE_SUPPRESSED;
    else if (x->n < N_FIRM)
        flags = SCORE_INDICATIVE;
    if (!isnan(x->value) && isnan(x->interval.low))
        flags |= SCORE_NO_INTERVAL;
    n = score_flag_names(flags, names);
    if (row->rate == RATE_NPS && row->part[0]->item->min == 1)
        names[n++] = "cut_1_10";
    for (size_t i = 0; i < n; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 i ? " " : "", names[i]);
    result_text(r->out, words);
}

static void put_row(struct rating *r, const struct rated *row, bool family)
{
    const struct item_counts *first = row->part[0];
    struct rated_number x;

    rated_number(row, &x);
    if (x.n < N_SHOWN)
        x = (struct rated_number){.n = x.n,
                                  .n_eff = x.n_eff,
                                  .value = NAN,
                                  .interval = {NAN, NAN, NAN},
                                  .method = ""};
    result_text(r->out, family ? r->query->survey : first->survey->code);
    for (size_t i = 0; i < r->query->by_count; i++)
        result_text(r->out, first->cell[i]);
    result_text(r->out, rate_names[row->rate]);
    result_text(r->out, first->item->code);
    result_count(r->out, row->rate == RATE_ANSWER ? row->answer : COUNT_NONE);
    result_number(r->out, x.value);
    result_count(r->out, x.n);
    result_number(r->out, x.n_eff);
    result_number(r->out, x.interval.se);
    result_number(r->out, x.interval.low);
    result_number(r->out, x.interval.high);
    result_text(r->out, x.method);
    result_text(r->out, r->plans.weighting);
    put_flags(r, row, &x);
}

/* Answers on other scales are not pooled as they are. */
static bool may_pool(const struct rated *row)
{
    const struct item *a = row->part[0]->item;

    if (row->rate != RATE_MEAN && row->rate != RATE_ANSWER)
        return true;
    for (size_t i = 1; i < row->parts; i++)
        if (row->part[i]->item->min != a->min ||
            row->part[i]->item->max != a->max)
            return false;
    return true;
}

static void put_rows(struct rating *r, struct rated *row, bool family)
{
    const struct item *item = row->part[0]->item;

    if (!may_pool(row))
        return;
    if (row->rate != RATE_ANSWER) {
        put_row(r, row, family);
        return;
    }
    for (row->answer = item->min; row->answer <= item->max; row->answer++)
        put_row(r, row, family);
}

/* ---- cells ---- */

/* The counts of a cell (and form, unless they are rolled up) that a rate is
 * made of; those without an answer only if there are no others. */
static size_t gather(struct rating *r, const struct item_counts *list,
                     size_t count, enum rate rate)
{
    size_t parts = 0, answered = 0;

    for (size_t i = 0; i < count; i++) {
        const struct plan *p = plans_of(&r->plans, list[i].survey);
        const size_t item = p ? rate_item(p, rate) : SIZE_MAX;

        if (item == SIZE_MAX || list[i].item != &p->survey->item[item])
            continue;
        r->part[parts] = &list[i];
        r->plan[parts++] = p;
    }
    for (size_t i = 0; i < parts; i++)
        if (r->part[i]->n > 0) {
            r->part[answered] = r->part[i];
            r->plan[answered++] = r->plan[i];
        }
    return answered || !parts ? answered : 1;
}

static void tell_cell(struct rating *r, const struct item_counts *list,
                      size_t count, bool family)
{
    for (enum rate rate = 0; rate < RATES; rate++) {
        struct rated row = {.rate = rate,
                            .rollup = r->query->rollup,
                            .part = r->part,
                            .plan = r->plan};

        if (rate == RATE_ANSWER && !query_flag(r->query, "distribution"))
            break;
        row.parts = gather(r, list, count, rate);
        if (row.parts)
            put_rows(r, &row, family);
    }
}

static bool is_family(const struct rating *r)
{
    for (size_t i = 0; i < r->query->by_count; i++)
        if (r->query->by[i] == DIM_PRODUCT)
            return false;
    return r->counts.count &&
           !streq(r->counts.list[0].survey->code, r->query->survey);
}

static bool together(const struct rating *r, const struct item_counts *a,
                     const struct item_counts *b, bool family)
{
    for (size_t i = 0; i < r->query->by_count; i++)
        if (!streq(a->cell[i], b->cell[i]))
            return false;
    return family || a->survey == b->survey;
}

static enum status tell(struct rating *r)
{
    const struct counts *l = &r->counts;
    const bool family = is_family(r);

    r->part = malloc((l->count + 1) * sizeof(void *));
    r->plan = malloc((l->count + 1) * sizeof(void *));
    if (!r->part || !r->plan)
        return ST_NOMEM;
    add_columns(r);
    for (size_t i = 0, n; i < l->count; i += n) {
        n = 1;
        while (i + n < l->count &&
               together(r, &l->list[i], &l->list[i + n], family))
            n++;
        tell_cell(r, &l->list[i], n, family);
    }
    return ST_OK;
}

/* ---- the question ---- */

/* The codes of all items that some rate of some survey is of. */
static enum status list_items(const struct rating *r,
                              const char *item[COUNTED_ITEMS_MAX],
                              size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < r->plans.count; i++)
        for (enum rate rate = 0; rate < RATES; rate++) {
            const struct plan *p = &r->plans.list[i];
            const size_t at = rate_item(p, rate);
            size_t k = 0;

            if (at == SIZE_MAX)
                continue;
            while (k < *count && !streq(item[k], p->survey->item[at].code))
                k++;
            if (k == COUNTED_ITEMS_MAX)
                return err_set(r->err, ST_RANGE, "over %d items",
                               COUNTED_ITEMS_MAX);
            item[k] = p->survey->item[at].code;
            *count = k == *count ? k + 1 : *count;
        }
    return ST_OK;
}

/* An item that was named is asked somewhere. */
static enum status check_named(const struct rating *r)
{
    static const struct {
        const char *name;
        enum rate rate;
    } named[] = {{"item", RATE_MEAN},
                 {"complaint", RATE_COMPLAINED},
                 {"loyalty", RATE_LOYAL},
                 {"nps", RATE_NPS}};

    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        bool there = !r->plans.count || !query_flag(r->query, named[i].name);

        for (size_t k = 0; k < r->plans.count && !there; k++)
            there = rate_item(&r->plans.list[k], named[i].rate) != SIZE_MAX;
        if (!there)
            return err_set(r->err, ST_NOTFOUND, "--%s: %s has no item '%.60s'",
                           named[i].name, r->query->survey,
                           query_text(r->query, named[i].name, ""));
    }
    return ST_OK;
}

static void note(const struct rating *r)
{
    static const char *const rollups[] = {[ROLLUP_EQUAL] = "equal",
                                          [ROLLUP_DESIGN] = "design",
                                          [ROLLUP_USERS] = "users",
                                          [ROLLUP_REVENUE] = "revenue"};

    if (is_family(r))
        result_note(r->out, "surveys are rolled up by weights: %s",
                    rollups[r->query->rollup]);
    for (size_t i = 0; i < r->plans.count; i++) {
        const struct plan *p = &r->plans.list[i];

        /* the forms of a survey are alike in this */
        if (p->roles.overall == SIZE_MAX ||
            (i && streq(p[-1].survey->code, p->survey->code)))
            continue;
        if (p->cut.known)
            result_note(r->out, "%s: satisfied from %d on, fair from %d on",
                        p->survey->code, p->cut.satisfied, p->cut.fair);
        else
            result_note(r->out,
                        "%s: nobody has said who is satisfied on %d-%d: "
                        "--satisfied and --fair do",
                        p->survey->code, p->survey->item[p->roles.overall].min,
                        p->survey->item[p->roles.overall].max);
        if (p->roles.recommend != SIZE_MAX &&
            p->survey->item[p->roles.recommend].min == 1)
            result_note(r->out,
                        "%s: NPS is cut on 1-10 (cut_1_10): promoters 9-10, "
                        "detractors 1-6; without a 0 it is not that of 0-10",
                        p->survey->code);
    }
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct rating r = {.query = q, .out = out, .err = err};
    const char *item[COUNTED_ITEMS_MAX];
    size_t items = 0;
    enum status st = plans_make(e, q, &r.plans, err);

    if (st == ST_OK)
        st = check_named(&r);
    if (st == ST_OK)
        st = list_items(&r, item, &items);
    if (st == ST_OK)
        st = engine_counts(e, q, item, items, &r.counts, &out->met, err);
    if (st == ST_OK)
        st = tell(&r);
    if (st == ST_OK)
        note(&r);
    free(r.part);
    free(r.plan);
    counts_free(&r.counts);
    plans_free(&r.plans);
    return st;
}

const struct query_kind kind_rates = {
    .name = "rates",
    .summary = "Print shares of people by their answers: satisfied, "
               "complaining, loyal, promoters.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
