/* people_cells.c - see people_cells.h. */
#include "people_cells.h"

#include <stdlib.h>

#include "collector/log.h"
#include "surveys/period.h"

enum { ALL = GROUPS, STRIPS = GROUPS + 1 };

struct making {
    const struct people_of *of;
    const struct weighting *how;
    struct people *p;
    const int64_t *rows; /* as in struct people_count */
    struct err *err;
};

/* The cells of one month, `count` from `first` on: units of a raking. */
struct month {
    size_t first, count;
    int32_t month;
    char (*text)[CODE_MAX + 1]; /* [unit * columns + column] */
    const char **code;          /* the same */
    bool *skip;                 /* rows of the population */
    double *base, *rows, *weight;
    struct raking *raking;
    double *turn, *again; /* of all; of a replicate */
};

const double *people_weights(const struct people *p, int32_t month,
                             uint32_t rate_ppm, const struct context *context)
{
    const struct cell c = people_cell(month, rate_ppm, context);
    uint32_t number;

    return intern_find(&p->cells, &c, &number) ? p->weight + number * STRIPS
                                               : NULL;
}

void people_free(struct people **p)
{
    if (!*p)
        return;
    intern_free(&(*p)->cells);
    free((*p)->weight);
    free(*p);
    *p = NULL;
}

static const struct cell *cell_at(const struct making *m, size_t number)
{
    return intern_at(&m->p->cells, number);
}

/* ---- the design ---- */

static enum status refuse_rate(const struct making *m, const struct cell *c)
{
    char month[PERIOD_TEXT];

    period_format_month(c->when, month);
    return err_set(m->err, ST_NUMERIC,
                   "%s, %s: no sampling rate is known of stratum '%s' "
                   "(province '%s')",
                   m->of->survey->code, month, c->context.stratum,
                   c->context.province);
}

/* All rates are known; or, where a population will turn the weights, none. */
static enum status check_rates(const struct making *m)
{
    const size_t cells = m->p->cells.count;
    const struct cell *unknown = NULL;
    size_t known = 0;

    for (size_t i = 0; i < cells; i++)
        if (cell_at(m, i)->rate_ppm)
            known++;
        else if (!unknown)
            unknown = cell_at(m, i);
    m->p->rates = known > 0;
    return !unknown || (m->how->population && !known) ? ST_OK
                                                      : refuse_rate(m, unknown);
}

static double design_weight(const struct cell *c)
{
    return c->rate_ppm ? 1e6 / c->rate_ppm : 1;
}

static void weigh_by_design(const struct making *m)
{
    for (size_t i = 0; i < m->p->cells.count; i++)
        for (size_t g = 0; g < STRIPS; g++)
            m->p->weight[i * STRIPS + g] = design_weight(cell_at(m, i));
}

/* ---- the population of a month ---- */

static void month_free(struct month *k)
{
    raking_free(&k->raking);
    free(k->text);
    free(k->code);
    free(k->skip);
    free(k->base);
    free(k->turn);
}

static enum status month_alloc(const struct making *m, struct month *k)
{
    const struct population *p = m->how->population;

    k->text = malloc(k->count * p->columns * sizeof *k->text + 1);
    k->code = malloc(k->count * p->columns * sizeof(char *) + 1);
    k->skip = calloc(p->rows, sizeof *k->skip);
    k->base = malloc(3 * k->count * sizeof *k->base);
    if (!k->text || !k->code || !k->skip || !k->base)
        return ST_NOMEM;
    k->rows = k->base + k->count;
    k->weight = k->rows + k->count;
    return ST_OK;
}

/* Rows of the population that are of another month, or of another product than
 * the survey's. */
static enum status choose_rows(const struct making *m, struct month *k)
{
    const struct population *p = m->how->population;
    const char *product = m->of->survey->product;
    const size_t column = population_find(p, "product");
    char month[PERIOD_TEXT];
    size_t left = 0;

    for (size_t i = 0; i < p->rows; i++) {
        const char *of = column == SIZE_MAX ? "" : p->row[i].code[column];

        k->skip[i] = (m->how->month && m->how->month[i] != k->month) ||
                     (*product && *of && !streq(of, product));
        left += !k->skip[i];
    }
    if (left)
        return ST_OK;
    period_format_month(k->month, month);
    return err_set(m->err, ST_INVALID, "%s: no population of %s in %s%s%s",
                   p->path, m->of->survey->code, month,
                   *product ? ", product " : "", product);
}

static void code_units(const struct making *m, struct month *k)
{
    const size_t columns = m->how->population->columns;

    for (size_t i = 0; i < k->count; i++) {
        const struct cell *c = cell_at(m, k->first + i);

        k->base[i] = design_weight(c);
        for (size_t d = 0; d < columns; d++) {
            cell_code(c, m->how->dimension[d], k->text[i * columns + d]);
            k->code[i * columns + d] = k->text[i * columns + d];
        }
    }
}

/* Which month, before the cause. */
static enum status of_month(const struct making *m, const struct month *k,
                            enum status st, const struct err *cause)
{
    char month[PERIOD_TEXT];

    if (st == ST_OK || st == ST_NOMEM)
        return st;
    period_format_month(k->month, month);
    return err_set(m->err, st, "%s, %s: %.400s", m->of->survey->code, month,
                   cause->text);
}

static enum status begin_month(const struct making *m, struct month *k)
{
    struct population_part part = {.apart = m->how->apart};
    struct people_units units = {.count = k->count};
    struct err cause = {""};
    enum status st = month_alloc(m, k);

    if (st == ST_OK)
        st = choose_rows(m, k);
    if (st != ST_OK)
        return st;
    code_units(m, k);
    part.skip = k->skip;
    units.code = k->code;
    st = raking_new(m->how->population, &part, &units, &k->raking, &cause);
    if (st != ST_OK)
        return of_month(m, k, st, &cause);
    k->turn = malloc(2 * raking_categories(k->raking) * sizeof *k->turn);
    if (!k->turn)
        return ST_NOMEM;
    k->again = k->turn + raking_categories(k->raking);
    raking_name(k->raking, m->p->name);
    return ST_OK;
}

/* The counts of a month without group g (ALL: of all); how many these are. */
static double count_without(const struct making *m, struct month *k, size_t g)
{
    double left = 0;

    for (size_t i = 0; i < k->count; i++) {
        const int64_t *rows = m->rows + (k->first + i) * STRIPS;

        k->rows[i] = (double)(g == ALL ? rows[ALL] : rows[ALL] - rows[g]);
        left += k->rows[i];
    }
    return left;
}

static void keep(const struct making *m, const struct month *k, size_t g,
                 enum status st)
{
    for (size_t i = 0; i < k->count; i++)
        m->p->weight[(k->first + i) * STRIPS + g] =
            st == ST_OK ? k->weight[i] : NAN;
}

/* Nobody of this month is in the group. */
static void keep_all(const struct making *m, const struct month *k, size_t g)
{
    for (size_t i = k->first; i < k->first + k->count; i++)
        m->p->weight[i * STRIPS + g] = m->p->weight[i * STRIPS + ALL];
}

/* Again from the counts without group g.  One that cannot be is a replicate
 * that failed. */
static enum status weigh_without(const struct making *m, struct month *k,
                                 size_t g, struct err *cause)
{
    const size_t categories = raking_categories(k->raking);
    const double all = count_without(m, k, ALL);
    const double left = count_without(m, k, g);
    enum status st = ST_OK;

    if (left == all) {
        keep_all(m, k, g);
        return ST_OK;
    }
    if (left > 0) {
        memcpy(k->again, k->turn, categories * sizeof *k->again);
        st = raking_solve(k->raking, &m->how->rule, k->base, k->rows, k->again,
                          k->weight, cause);
    } else {
        memset(k->weight, 0, k->count * sizeof *k->weight);
    }
    if (st == ST_NOMEM)
        return st;
    keep(m, k, g, st);
    return ST_OK;
}

static enum status weigh_month(const struct making *m, struct month *k)
{
    struct err cause = {""};
    char quoted[LOG_QUOTE_MAX], month[PERIOD_TEXT];
    enum status st;

    for (size_t i = 0; i < raking_categories(k->raking); i++)
        k->turn[i] = 1;
    (void)count_without(m, k, ALL);
    st = raking_solve(k->raking, &m->how->rule, k->base, k->rows, k->turn,
                      k->weight, &cause);
    if (st != ST_OK)
        return of_month(m, k, st, &cause);
    keep(m, k, ALL, ST_OK);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = weigh_without(m, k, g, &cause);
    if (st == ST_OK && *cause.text) {
        period_format_month(k->month, month);
        log_event(LEVEL_WARN, "replicate_weights_failed",
                  "survey=%s period=%s cause=%s", m->of->survey->code, month,
                  log_quote(cause.text, quoted));
    }
    return st;
}

static enum status weigh_by_population(const struct making *m)
{
    const size_t cells = m->p->cells.count;
    enum status st = ST_OK;

    for (size_t i = 0, n; i < cells && st == ST_OK; i += n) {
        struct month k = {.first = i, .month = cell_at(m, i)->when};

        for (n = 1; i + n < cells && cell_at(m, i + n)->when == k.month; n++)
            ;
        k.count = n;
        st = begin_month(m, &k);
        if (st == ST_OK)
            st = weigh_month(m, &k);
        month_free(&k);
    }
    return st;
}

enum status people_make(struct cells *c, const struct people_of *of,
                        const struct weighting *how, struct people **out,
                        struct err *err)
{
    struct people *p = calloc(1, sizeof *p);
    struct people_count count = {.rows = NULL};
    struct making m = {of, how, p, NULL, err};
    enum status st = p ? people_count(c, of, &count, err) : ST_NOMEM;

    if (st == ST_OK) {
        p->cells = count.cells;
        p->weight = malloc((count.cells.count * STRIPS + 1) * sizeof(double));
        m.rows = count.rows;
        st = p->weight ? check_rates(&m) : ST_NOMEM;
    }
    if (st == ST_OK && how->population)
        st = weigh_by_population(&m);
    else if (st == ST_OK)
        weigh_by_design(&m);
    free(count.rows);
    if (st == ST_OK)
        *out = p;
    else
        people_free(&p);
    return st;
}
