/* mend.c - the kind `mend`: what to mend first. */
#include <math.h>
#include <stdlib.h>

#include "lines.h"
#include "scorer/kind.h"

static const char *const aims[] = {"nation", "best", NULL};
static const char *const things[] = {"items", "constructs", NULL};
static const char *const orders[] = {"gain", "weakest", NULL};
enum { OF_ITEMS, OF_CONSTRUCTS };

static const struct kind_option options[] = {
    {"target", OPTION_TEXT, "CODE",
     "the construct whose index is to rise "
     "(default: the model's index)",
     NULL, 0, 0, false},
    {"of", OPTION_CHOICE, "WHAT", "items or constructs", things, 0, 0, false},
    {"aim", OPTION_CHOICE, "AIM",
     "rise to the nation's mean, or the best cell's", aims, 0, 0, false},
    {"sort", OPTION_CHOICE, "HOW",
     "by gain, or by how far they are behind the nation", orders, 0, 0, false},
    {"top", OPTION_COUNT, "N", "only the first N of each cell", NULL, 1,
     ITEMS_MAX, false}};

struct mending {
    const struct query *query;
    int of;
    enum mend_aim aim;
    enum mend_sort sort;
    size_t top;
    struct levers_list levers;
    struct benchmarks benchmarks;
    struct estimates cells;
    struct line *line; /* of one cell */
    struct result *out;
    struct err *err;
};

/* ---- records ---- */

static const struct column rest[] = {
    {.name = "rank", .type = VALUE_COUNT, .place = 101},
    {.name = "construct", .type = VALUE_TEXT, .place = 102},
    {.name = "item", .type = VALUE_TEXT, .place = 103},
    {.name = "performance", .type = VALUE_NUMBER, .place = 104, .digits = 1},
    {.name = "performance_se", .type = VALUE_NUMBER},
    {.name = "performance_low", .type = VALUE_NUMBER},
    {.name = "performance_high", .type = VALUE_NUMBER},
    {.name = "importance", .type = VALUE_NUMBER, .place = 105, .digits = 3},
    {.name = "importance_se", .type = VALUE_NUMBER},
    {.name = "importance_low", .type = VALUE_NUMBER},
    {.name = "importance_high", .type = VALUE_NUMBER},
    {.name = "aim", .type = VALUE_NUMBER, .place = 106, .digits = 1},
    {.name = "aim_cell", .type = VALUE_TEXT},
    {.name = "gap", .type = VALUE_NUMBER},
    {.name = "gain", .type = VALUE_NUMBER, .place = 107, .digits = 2},
    {.name = "gain_se", .type = VALUE_NUMBER},
    {.name = "gain_low", .type = VALUE_NUMBER, .place = 108, .digits = 2},
    {.name = "gain_high", .type = VALUE_NUMBER, .place = 109, .digits = 2},
    {.name = "headroom", .type = VALUE_NUMBER},
    {.name = "behind", .type = VALUE_NUMBER, .place = 110, .digits = 1},
    {.name = "n", .type = VALUE_COUNT, .place = 111},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 112}};

static void add_columns(struct mending *m)
{
    result_column(
        m->out,
        &(struct column){.name = "survey", .type = VALUE_TEXT, .place = 1});
    result_cell(m->out, m->query->by, m->query->by_count, 2);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(m->out, &rest[i]);
}

static void put_figure(struct result *out, const struct figure *f)
{
    result_number(out, f->value);
    result_number(out, f->interval.se);
    result_number(out, f->interval.low);
    result_number(out, f->interval.high);
}

/* "nation", or the codes of the best cell with commas between them. */
static void put_aim_cell(const struct mending *m, const struct line *l)
{
    char text[DIMENSIONS * (CODE_MAX + 1) + 1] = "";

    for (size_t i = 0; m->aim == AIM_BEST && l->aim_cell && !l->hidden &&
                       i < m->query->by_count;
         i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                 i ? "," : "", l->aim_cell->cell[i]);
    result_text(m->out, m->aim == AIM_NATION ? "nation" : text);
}

static void put_flags(const struct mending *m, const struct line *l)
{
    const char *names[32];
    char words[256] = "";
    uint32_t flags = l->cell->flags;
    size_t n;

    if (l->hidden)
        flags |= SCORE_SUPPRESSED;
    else if (l->cell->n < N_FIRM)
        flags |= SCORE_INDICATIVE;
    if (!isnan(l->gain.value) && isnan(l->gain.interval.se))
        flags |= SCORE_NO_INTERVAL;
    n = score_flag_names(flags, names);
    if (l->reached)
        names[n++] = "reached";
    if (!l->hidden && !l->aim_cell)
        names[n++] = "no_aim";
    for (size_t i = 0; i < n; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 i ? " " : "", names[i]);
    result_text(m->out, words);
}

static void put_line(struct mending *m, const struct line *l, size_t rank)
{
    const struct cell_estimate *e = l->cell;

    result_text(m->out, e->survey);
    for (size_t i = 0; i < m->query->by_count; i++)
        result_text(m->out, e->cell[i]);
    result_count(m->out, (int64_t)rank);
    result_text(m->out, e->construct);
    result_text(
        m->out,
        l->item == SIZE_MAX
            ? ""
            : pls_item_code(e->model, e->model->first[e->number] + l->item));
    put_figure(m->out, &l->performance);
    put_figure(m->out, &l->importance);
    result_number(m->out, l->aim);
    put_aim_cell(m, l);
    result_number(m->out, l->gap);
    put_figure(m->out, &l->gain);
    result_number(m->out, l->headroom);
    result_number(m->out, l->behind);
    result_count(m->out, e->n);
    result_text(m->out, m->cells.weighting);
    put_flags(m, l);
}

/* ---- cells ---- */

static bool same_cell(const struct mending *m, const struct cell_estimate *a,
                      const struct cell_estimate *b)
{
    for (size_t i = 0; i < m->query->by_count; i++)
        if (!streq(a->cell[i], b->cell[i]))
            return false;
    return memcmp(a->form, b->form, HASH_SIZE) == 0;
}

/* The lines of one construct in a cell, unless it is no way to the target;
 * how many. */
static enum status add_lines(struct mending *m, const struct cell_estimate *e,
                             size_t *count)
{
    const struct benchmark *s = benchmarks_of(&m->benchmarks, e);
    const size_t items =
        e->model->first[e->number + 1] - e->model->first[e->number];
    const struct levers *l = NULL;
    enum status st = levers_of(&m->levers, e->weights, &l, m->err);

    if (st != ST_OK || !l->leads[e->number] || !s)
        return st;
    if (m->of == OF_CONSTRUCTS)
        line_make(e, SIZE_MAX, l, s, m->aim, &m->line[(*count)++]);
    for (size_t k = 0; m->of == OF_ITEMS && k < items; k++)
        line_make(e, k, l, s, m->aim, &m->line[(*count)++]);
    return ST_OK;
}

static enum status tell_cell(struct mending *m, const struct cell_estimate *e,
                             size_t constructs)
{
    size_t count = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < constructs && st == ST_OK; i++)
        st = add_lines(m, &e[i], &count);
    if (st != ST_OK)
        return st;
    lines_sort(m->line, count, m->sort);
    for (size_t i = 0; i < count && i < m->top; i++)
        put_line(m, &m->line[i], i + 1);
    return ST_OK;
}

static void note(struct mending *m)
{
    if (!m->levers.count)
        return;
    result_note(m->out,
                "importance: points of %s that go with one point of it, as far "
                "as the model holds (Ringle and Sarstedt 2016): people who "
                "rate it higher rate so, no promise of what mending brings",
                pls_construct_code(m->levers.list[0]->weights->model,
                                   m->levers.list[0]->target));
    if (m->aim == AIM_BEST)
        result_note(m->out,
                    "aim: the highest of the cells with at least %d answers, "
                    "picked for being high, and so higher than it will stay",
                    BEST_MIN);
    else
        result_note(m->out, "aim: the nation's mean in the same period");
}

static enum status tell(struct mending *m)
{
    const struct estimates *l = &m->cells;
    enum status st = ST_OK;

    m->line = malloc(ITEMS_MAX * sizeof *m->line);
    if (!m->line)
        return ST_NOMEM;
    add_columns(m);
    for (size_t i = 0, n; i < l->count && st == ST_OK; i += n) {
        n = 1;
        while (i + n < l->count && same_cell(m, &l->list[i], &l->list[i + n]))
            n++;
        st = tell_cell(m, &l->list[i], n);
    }
    note(m);
    return st;
}

/* A roll-up has no items. */
static enum status check_survey(const struct mending *m)
{
    for (size_t i = 0; i < m->cells.count; i++)
        if (!m->cells.list[i].model)
            return err_set(m->err, ST_INVALID,
                           "%s is a family: split it by product, or ask for "
                           "one of its surveys",
                           m->query->survey);
    return ST_OK;
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct mending m = {
        .query = q,
        .of = query_choice(&kind_mend, q, "of", OF_ITEMS),
        .aim = (enum mend_aim)query_choice(&kind_mend, q, "aim", AIM_NATION),
        .sort = (enum mend_sort)query_choice(&kind_mend, q, "sort", SORT_GAIN),
        .top = (size_t)query_count(q, "top", ITEMS_MAX),
        .levers = {.target = query_text(q, "target", NULL)},
        .out = out,
        .err = err};
    enum status st = engine_estimates(e, q, &m.cells, &out->met, err);

    if (st == ST_OK)
        st = check_survey(&m);
    if (st == ST_OK)
        st = benchmarks_make(e, q, &m.cells, &m.benchmarks, err);
    if (st == ST_OK)
        st = tell(&m);
    free(m.line);
    levers_free(&m.levers);
    benchmarks_free(&m.benchmarks);
    estimates_free(&m.cells);
    return st;
}

const struct query_kind kind_mend = {
    .name = "mend",
    .summary = "Print what matters most for an index, how it performs, and "
               "what mending it would go with.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
