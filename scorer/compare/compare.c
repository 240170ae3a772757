/* compare.c - the kind `compare`: periods, provinces, channels, operators. */
#include <stdlib.h>

#include "compare.h"
#include "scorer/request.h"
#include "surveys/period.h"

enum versus { VERSUS_PAIRS, VERSUS_REST };
static const char *const versus_words[] = {"pairs", "rest", NULL};

static const struct kind_option options[] = {
    {.name = "against",
     .kind = OPTION_TEXT,
     .argument = "FROM..TO",
     .help = "compare with these days or months"},
    {.name = "between",
     .kind = OPTION_TEXT,
     .argument = "DIMENSION[=CODE,CODE...]",
     .help = "compare these codes (default: all) with one another"},
    {.name = "versus",
     .kind = OPTION_CHOICE,
     .argument = "WHOM",
     .help = "each code with each other, or with all the others together",
     .choices = versus_words},
    {.name = "mix",
     .kind = OPTION_TEXT,
     .argument = "DIMENSIONS",
     .help = "the mix of customers (default: product,province,channel)"},
    {.name = "links",
     .kind = OPTION_TEXT,
     .argument = "CSV",
     .help = "how the indices of one form read on another's scale",
     .file = true}};

/* What was asked. */
struct asked {
    struct engine *engine;
    const struct query *query;
    enum dimension between; /* DIMENSIONS: two periods */
    enum versus versus;
    char *text; /* of the codes */
    size_t codes;
    const char **code; /* none: all that there are */
    struct span against;
    struct dimensions mix;
    struct form_links links;
    struct rows rows;
    struct err *err;
};

static void release(struct asked *a)
{
    free(a->text);
    free(a->code);
    form_links_free(&a->links);
    rows_free(&a->rows);
}

/* ---- reading ---- */

static bool has_code(const struct asked *a, const char *code)
{
    for (size_t i = 0; i < a->codes; i++)
        if (streq(a->code[i], code))
            return true;
    return false;
}

/* "province=11,31", or "province". */
static enum status read_between(struct asked *a, const char *text)
{
    const size_t name = strcspn(text, "=");
    size_t most = 1;
    enum status st = dimension_read("between", text, name, &a->between, a->err);

    if (st != ST_OK || !text[name])
        return st;
    for (const char *p = text; *p; p++)
        most += *p == ',';
    a->text = strdup(text + name + 1);
    a->code = calloc(most, sizeof(const char *));
    if (!a->text || !a->code)
        return ST_NOMEM;
    for (char *at = a->text, *code; (code = strsep(&at, ","));) {
        if (has_code(a, code))
            return err_set(a->err, ST_INVALID, "--between: '%.50s' twice",
                           code);
        a->code[a->codes++] = code;
    }
    if (a->codes < 2 && a->versus == VERSUS_PAIRS)
        return err_set(a->err, ST_INVALID,
                       "--between: one code alone goes with --versus rest");
    return ST_OK;
}

static enum status read_mix(struct asked *a)
{
    static const enum dimension usual[] = {DIM_PRODUCT, DIM_PROVINCE,
                                           DIM_CHANNEL};
    const struct query *q = a->query;
    const char *text = query_text(q, "mix", NULL);
    enum status st;

    if (text) {
        st = dimensions_read("mix", text, q, &a->mix, a->err);
        if (st == ST_OK &&
            dimensions_have(a->mix.list, a->mix.count, a->between))
            st = err_set(a->err, ST_INVALID, "--mix: %s is what is compared",
                         dimension_name(a->between));
        return st;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (usual[i] != a->between &&
            !dimensions_have(q->by, q->by_count, usual[i]))
            a->mix.list[a->mix.count++] = usual[i];
    return ST_OK;
}

static enum status read_asked(struct asked *a)
{
    const struct query *q = a->query;
    const char *against = query_text(q, "against", NULL);
    const char *between = query_text(q, "between", NULL);
    const char *links = query_text(q, "links", NULL);
    enum status st;

    if (!against == !between)
        return err_set(a->err, ST_INVALID,
                       "either --against or --between says what to compare");
    if (against && query_flag(q, "versus"))
        return err_set(a->err, ST_INVALID, "--versus goes with --between");
    if (against && dimensions_have(q->by, q->by_count, DIM_PERIOD))
        return err_set(a->err, ST_INVALID,
                       "--against does not go with --by period");
    a->versus = (enum versus)query_choice(&kind_compare, q, "versus", 0);
    st = against ? request_days("against", against, &a->against.from,
                                &a->against.to, a->err)
                 : read_between(a, between);
    if (st == ST_OK)
        st = read_mix(a);
    if (st == ST_OK && links)
        st = form_links_read(links, &a->links, a->err);
    return st;
}

#define SPAN_TEXT (2 * PERIOD_TEXT + 2)

static void print_span(struct span s, char out[SPAN_TEXT])
{
    char from[PERIOD_TEXT], to[PERIOD_TEXT];

    period_format_day(s.from, from);
    period_format_day(s.to, to);
    snprintf(out, SPAN_TEXT, "%s..%s", from, to);
}

static int64_t answers_in(const struct estimates *l)
{
    int64_t n = 0;

    for (size_t i = 0; i < l->count; i++)
        n += l->list[i].n;
    return n;
}

static enum status check_answers(const struct asked *a,
                                 const struct estimates *l, struct span s)
{
    char name[SPAN_TEXT];

    if (answers_in(l))
        return ST_OK;
    print_span(s, name);
    return err_set(a->err, ST_NUMERIC, "%s: a period with no answers to %s",
                   name, a->query->survey);
}

/* ---- two periods ---- */

static enum status compare_periods(struct asked *a, struct views t[2],
                                   struct result *out)
{
    const struct span span[2] = {{a->query->from, a->query->to}, a->against};
    char name[2][SPAN_TEXT];
    struct side side[2];
    enum status st = ST_OK;

    for (size_t i = 0; i < 2 && st == ST_OK; i++) {
        struct query q = *a->query;

        q.from = span[i].from;
        q.to = span[i].to;
        print_span(span[i], name[i]);
        st = views_ask(a->engine, &q, DIMENSIONS, &a->mix, &t[i], a->err);
        if (st == ST_OK)
            st = check_answers(a, &t[i].whole, span[i]);
        side[i] = (struct side){&t[i], NULL, name[i]};
    }
    if (st == ST_OK)
        st = rows_add(&a->rows, side, a->query, &a->links, a->err);
    if (st == ST_OK)
        st = rows_end(&a->rows, a->query, a->between, out, a->err);
    return st;
}

/* ---- codes of a dimension ---- */

/* All codes that have answers, unless some were named; those must. */
static enum status find_codes(struct asked *a, const struct estimates *l)
{
    const bool named = a->codes > 0;
    const enum status st =
        check_answers(a, l, (struct span){a->query->from, a->query->to});

    if (st != ST_OK)
        return st;
    if (!named)
        a->code = calloc(l->count + 1, sizeof(const char *));
    if (!a->code)
        return ST_NOMEM;
    for (size_t i = 0; i < l->count && !named; i++)
        if (!i || !streq(l->list[i].cell[0], l->list[i - 1].cell[0]))
            a->code[a->codes++] = l->list[i].cell[0];
    for (size_t i = 0; i < a->codes && named; i++)
        if (!estimates_run(l, &a->code[i], 1).count)
            return err_set(a->err, ST_NUMERIC, "%s=%s: no answers",
                           dimension_name(a->between), a->code[i]);
    if (a->codes > (named ? 0 : 1))
        return ST_OK;
    return err_set(a->err, ST_NUMERIC,
                   "%s: the answers have one code only, nothing to compare",
                   dimension_name(a->between));
}

static enum status compare_pairs(struct asked *a, const struct views *t)
{
    enum status st = ST_OK;

    if (a->codes * (a->codes - 1) / 2 > COMPARISONS_MAX)
        st = rows_refuse(a->err);
    for (size_t i = 0; i < a->codes; i++)
        for (size_t k = i + 1; k < a->codes && st == ST_OK; k++) {
            const struct side side[2] = {{t, a->code[i], a->code[i]},
                                         {t, a->code[k], a->code[k]}};

            st = rows_add(&a->rows, side, a->query, &a->links, a->err);
        }
    return st;
}

/* The rest of a code is everybody that has another: a question of its own. */
static enum status ask_rest(struct asked *a, size_t i,
                            const struct estimates *all, struct views *out)
{
    struct query q = *a->query;
    struct query_filter *filter = calloc(q.filters + 1, sizeof *filter);
    const char **code = calloc(all->count + 1, sizeof(const char *));
    size_t codes = 0;
    enum status st = ST_NOMEM;

    for (size_t k = 0; code && k < all->count; k++) {
        const char *one = all->list[k].cell[0];

        if (!streq(one, a->code[i]) && (!codes || !streq(one, code[codes - 1])))
            code[codes++] = one;
    }
    if (filter && code) {
        if (q.filters)
            memcpy(filter, q.filter, q.filters * sizeof *filter);
        filter[q.filters++] = (struct query_filter){a->between, codes, code};
        q.filter = filter;
        st = views_ask(a->engine, &q, DIMENSIONS, &a->mix, out, a->err);
    }
    if (st == ST_OK && answers_in(&out->whole) == 0)
        st = err_set(a->err, ST_NUMERIC, "%s=%s: no answers but its own",
                     dimension_name(a->between), a->code[i]);
    free(filter);
    free(code);
    return st;
}

static enum status compare_rest(struct asked *a, const struct views *t,
                                struct views *rest)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < a->codes && st == ST_OK; i++) {
        const struct side side[2] = {{t, a->code[i], a->code[i]},
                                     {&rest[i], NULL, "rest"}};

        st = ask_rest(a, i, &t->whole, &rest[i]);
        if (st == ST_OK)
            st = rows_add(&a->rows, side, a->query, &a->links, a->err);
        views_shrink(&rest[i]);
    }
    return st;
}

static enum status compare_codes(struct asked *a, struct result *out)
{
    struct views t = {0}, *rest = NULL;
    enum status st =
        views_ask(a->engine, a->query, a->between, &a->mix, &t, a->err);

    if (st == ST_OK)
        st = find_codes(a, &t.whole);
    if (st == ST_OK && a->versus == VERSUS_REST) {
        rest = calloc(a->codes, sizeof *rest);
        st = rest ? compare_rest(a, &t, rest) : ST_NOMEM;
    } else if (st == ST_OK) {
        st = compare_pairs(a, &t);
    }
    if (st == ST_OK)
        st = rows_end(&a->rows, a->query, a->between, out, a->err);
    for (size_t i = 0; rest && i < a->codes; i++)
        views_free(&rest[i]);
    free(rest);
    views_free(&t);
    return st;
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct asked a = {
        .engine = e, .query = q, .between = DIMENSIONS, .err = err};
    struct views t[2] = {{0}, {0}};
    enum status st = read_asked(&a);

    if (st == ST_OK)
        st = a.between == DIMENSIONS ? compare_periods(&a, t, out)
                                     : compare_codes(&a, out);
    views_free(&t[0]);
    views_free(&t[1]);
    release(&a);
    return st;
}

const struct query_kind kind_compare = {
    .name = "compare",
    .summary = "Compare periods, or provinces, channels, operators ..., with "
               "the error of each difference and what it is made of.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
