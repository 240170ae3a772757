/* readers.c - see readers.h.
 *
 * Each construct of each form's month has a lattice of its own, as its counts
 * are; what is held in one is closed in all.  A roll-up of surveys is open
 * where all of its parts are.
 */
#include "readers.h"

#include <math.h>
#include <stdlib.h>

#include "held.h"
#include "surveys/period.h"

/* ---- what may be asked ---- */

#define BIT(d) (1u << (d))
#define SPLITS (BIT(DIM_OPERATOR) | BIT(DIM_PROVINCE) | BIT(DIM_CHANNEL))

static bool splits_by(const struct query *q, enum dimension d)
{
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] == d)
            return true;
    return false;
}

/* False: these dimensions are no level. */
static bool level_of(uint32_t dimensions, enum lattice_level *out)
{
    static const uint32_t levels[LATTICE_LEAF] = {
        [LATTICE_OPERATOR] = BIT(DIM_OPERATOR),
        [LATTICE_PROVINCE] = BIT(DIM_PROVINCE),
        [LATTICE_CHANNEL] = BIT(DIM_CHANNEL),
        [LATTICE_OPERATOR_PROVINCE] = BIT(DIM_OPERATOR) | BIT(DIM_PROVINCE),
        [LATTICE_PROVINCE_CHANNEL] = BIT(DIM_PROVINCE) | BIT(DIM_CHANNEL)};

    for (enum lattice_level k = 0; k < LATTICE_LEAF; k++)
        if (levels[k] == (dimensions & SPLITS)) {
            *out = k;
            return true;
        }
    return false;
}

/* Whoever weighs people as he likes, or chooses what item weights are fitted
 * on, sees more of a cell than its one number: what is open is decided by plain
 * sums with the weights of the month. */
static enum status check_weights(const struct query *q, struct err *err)
{
    if (q->weighting != WEIGHTING_NONE)
        return err_set(err, ST_REFUSED, "readers see unweighted numbers only");
    if (q->weights != WEIGHTS_REFIT)
        return err_set(err, ST_REFUSED,
                       "readers see the item weights of each month only");
    return ST_OK;
}

/* Filters and scopes make a cell of the lattice when they keep one code, or
 * are split by. */
static enum status check_filters(const struct query *q,
                                 const struct query_filter *f, size_t count,
                                 uint32_t *dimensions, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (f[i].count != 1 && !splits_by(q, f[i].dimension))
            return err_set(err, ST_REFUSED,
                           "readers see sums of several %ss split by %s only",
                           dimension_name(f[i].dimension),
                           dimension_name(f[i].dimension));
        *dimensions |= BIT(f[i].dimension);
    }
    return ST_OK;
}

enum status readers_check(const struct query *q, struct err *err)
{
    const uint32_t allowed = SPLITS | BIT(DIM_PERIOD) | BIT(DIM_PRODUCT);
    const int32_t first = period_month(q->from), last = period_month(q->to);
    uint32_t dimensions = 0;
    enum lattice_level level;
    enum status st = check_weights(q, err);

    for (size_t i = 0; i < q->by_count; i++)
        dimensions |= BIT(q->by[i]);
    if (st == ST_OK)
        st = check_filters(q, q->filter, q->filters, &dimensions, err);
    if (st == ST_OK)
        st = check_filters(q, q->scope, q->scopes, &dimensions, err);
    if (st != ST_OK)
        return st;
    for (enum dimension d = 0; d < DIMENSIONS; d++)
        if (dimensions & ~allowed & BIT(d))
            return err_set(err, ST_REFUSED, "readers see nothing by %s",
                           dimension_name(d));
    if (!level_of(dimensions, &level))
        return err_set(err, ST_REFUSED,
                       "readers see operators, provinces, channels, operator "
                       "by province, and province by channel");
    if (q->from != period_first(first) || q->to != period_last(last))
        return err_set(err, ST_REFUSED, "readers see whole months");
    if (first != last && !splits_by(q, DIM_PERIOD))
        return err_set(err, ST_REFUSED,
                       "readers see several months split by period only");
    if (query_frames(q) != 1u << FRAME_INVITED)
        return err_set(err, ST_REFUSED,
                       "readers see the answers of invited customers only");
    return ST_OK;
}

/* ---- deciding what is open ---- */

/* A form's month.  Its constructs have cells of the same names. */
struct deciding {
    struct held *held;
    const struct form *form;
    int32_t month;
    struct err *err;
    size_t leaves, cells;
    struct lattice_leaf *leaf; /* of one construct */
    struct decided *decided;   /* of each construct's cells */
};
struct decided {
    bool seen, held, open;
    int64_t shown, n;
};

static struct lattice_leaf leaf_of(const struct cell_estimate *e)
{
    const double index = isnan(e->index) ? 50 : e->index;
    struct lattice_leaf l = {.n = e->n, .total = {(double)e->n * index}};

    snprintf(l.codes.operator, sizeof l.codes.operator, "%s", e->cell[0]);
    snprintf(l.codes.province, sizeof l.codes.province, "%s", e->cell[1]);
    snprintf(l.codes.channel, sizeof l.codes.channel, "%s", e->cell[2]);
    return l;
}

static void list_leaves(struct deciding *d, const struct estimates *l,
                        const char *construct)
{
    d->leaves = 0;
    for (size_t i = 0; i < l->count; i++)
        if (streq(l->list[i].construct, construct))
            d->leaf[d->leaves++] = leaf_of(&l->list[i]);
}

static enum status make_lattice(const struct deciding *d, struct lattice **out)
{
    const enum status st = lattice_new(d->leaf, d->leaves, 1, out);

    return st == ST_RANGE
               ? err_set(d->err, st,
                         "%s: over %d cells of operator, province and channel",
                         d->form->survey->code, LATTICE_LEAVES_MAX)
               : st;
}

static enum status decide(struct deciding *d, const struct estimates *estimates,
                          size_t c)
{
    const char *construct = pls_construct_code(&d->form->model, c);
    struct lattice *l = NULL;
    enum status st;

    list_leaves(d, estimates, construct);
    st = make_lattice(d, &l);
    if (st == ST_OK && !d->decided) {
        d->cells = l->cells;
        d->decided = calloc(d->form->model.constructs * (d->cells + 1),
                            sizeof *d->decided);
        st = d->decided ? ST_OK : ST_NOMEM;
    }
    if (st == ST_OK)
        st = held_recall(d->held, d->form, d->month, construct, l, d->err);
    if (st == ST_OK)
        st = lattice_decide(l, d->err);
    for (size_t i = 0; st == ST_OK && i < l->cells; i++) {
        const struct lattice_cell *x = &l->cell[i];

        d->decided[c * d->cells + i] =
            (struct decided){x->seen, x->held, x->open, x->shown, x->n};
    }
    lattice_free(&l);
    return st;
}

enum { OPEN_TENTHS = HELD_TENTHS + 1 };

/* Of the people who answer any construct, under eight of ten answer this. */
static bool few_answer(const struct deciding *d, size_t construct)
{
    int64_t most = 0;

    for (size_t c = 0; c < d->form->model.constructs && d->cells; c++) {
        const int64_t nation = d->decided[c * d->cells].n;

        most = nation > most ? nation : most;
    }
    return d->cells &&
           10 * d->decided[construct * d->cells].n < OPEN_TENTHS * most;
}

static bool held_for_any(const struct deciding *d, size_t cell)
{
    for (size_t c = 0; c < d->form->model.constructs; c++)
        if (d->decided[c * d->cells + cell].held && !few_answer(d, c))
            return true;
    return false;
}

/* Nearly the same people answer each construct: what is held for one would be
 * told by the count of another. */
static enum status keep(const struct deciding *d, size_t c, struct lattice *l)
{
    const bool few = few_answer(d, c);

    for (size_t i = 0; i < l->cells; i++) {
        const struct decided *x = &d->decided[c * d->cells + i];

        l->cell[i].seen = x->seen;
        l->cell[i].held = x->held;
        l->cell[i].open = x->open && !few && !held_for_any(d, i);
        l->cell[i].shown = x->shown;
        l->cell[i].n = x->n;
    }
    return held_keep(d->held, d->form, d->month,
                     pls_construct_code(&d->form->model, c), l, d->err);
}

static enum status decide_constructs(struct deciding *d,
                                     const struct estimates *estimates)
{
    const size_t constructs = d->form->model.constructs;
    struct lattice *names = NULL;
    enum status st;

    d->leaf = malloc((estimates->count + 1) * sizeof *d->leaf);
    st = d->leaf ? ST_OK : ST_NOMEM;
    for (size_t c = 0; c < constructs && st == ST_OK; c++)
        st = decide(d, estimates, c);
    if (st == ST_OK)
        st = make_lattice(d, &names);
    for (size_t c = 0; c < constructs && st == ST_OK; c++)
        st = keep(d, c, names);
    lattice_free(&names);
    free(d->decided);
    free(d->leaf);
    return st;
}

/* The leaves' estimates, from what is held. */
static enum status decide_month(struct engine *e, const struct form *form,
                                int32_t month, struct err *err)
{
    static const enum dimension by[] = {DIM_OPERATOR, DIM_PROVINCE,
                                        DIM_CHANNEL};
    struct deciding d = {
        .held = e->held, .form = form, .month = month, .err = err};
    const struct query q = {.survey = form->survey->code,
                            .from = period_first(month),
                            .to = period_last(month),
                            .by_count = 3,
                            .by = by,
                            .reader = READER_PUBLIC};
    struct answering a = {.engine = e, .query = &q, .err = err};
    enum status st = answering_one(&a, form);

    if (st == ST_OK)
        st = decide_constructs(&d, &a.estimates);
    estimates_free(&a.estimates);
    answering_end(&a);
    return st == ST_OK ? held_decided(e->held, form, month, err) : st;
}

enum status readers_prepare(struct answering *a)
{
    struct engine *e = a->engine;
    const struct query *q = a->query;
    enum status st = ST_OK;

    if (!e->held)
        st = held_open(e->held_path, &e->held, a->err);
    a->table.held = e->held;
    for (size_t i = 0; i < a->forms.count && st == ST_OK; i++)
        for (int32_t month = period_month(q->from);
             month <= period_month(q->to) && st == ST_OK; month++) {
            bool undecided = false;

            st = held_refresh(e->held, e->cells, a->forms.form[i], month,
                              &undecided, a->err);
            if (st == ST_OK && undecided)
                st = decide_month(e, a->forms.form[i], month, a->err);
        }
    return st;
}

/* ---- hiding ---- */

/* The code of the cell in a dimension: as split by, or the one kept. */
static const char *code_of(const struct query *q, const struct cell_estimate *e,
                           enum dimension d)
{
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] == d)
            return e->cell[i];
    for (size_t i = 0; i < q->filters; i++)
        if (q->filter[i].dimension == d)
            return q->filter[i].codes[0];
    for (size_t i = 0; i < q->scopes; i++)
        if (q->scope[i].dimension == d)
            return q->scope[i].codes[0];
    return "";
}

static int32_t month_of(const struct query *q, const struct cell_estimate *e)
{
    const char *text = code_of(q, e, DIM_PERIOD);
    int32_t day = q->from;

    if (*text && period_parse_day(text, false, &day, NULL) != ST_OK)
        day = q->from;
    return period_month(day);
}

static enum lattice_level place(const struct query *q,
                                const struct cell_estimate *e,
                                struct lattice_codes *codes)
{
    static const enum dimension d[] = {DIM_OPERATOR, DIM_PROVINCE, DIM_CHANNEL};
    char *const to[] = {codes->operator, codes->province, codes->channel};
    enum lattice_level level = LATTICE_LEAF;
    uint32_t dimensions = 0;

    memset(codes, 0, sizeof *codes);
    for (size_t i = 0; i < 3; i++) {
        bool used = splits_by(q, d[i]);

        for (size_t k = 0; k < q->filters; k++)
            used = used || q->filter[k].dimension == d[i];
        for (size_t k = 0; k < q->scopes; k++)
            used = used || q->scope[k].dimension == d[i];
        if (!used)
            continue;
        dimensions |= BIT(d[i]);
        snprintf(to[i], CODE_MAX + 1, "%s", code_of(q, e, d[i]));
    }
    (void)level_of(dimensions, &level);
    return level;
}

/* Those parts that have answers there must all be open. */
static enum status hide(const struct answering *a, struct cell_estimate *e)
{
    struct lattice_codes codes;
    const enum lattice_level level = place(a->query, e, &codes);
    const int32_t month = month_of(a->query, e);
    bool any = false, all = true;

    for (size_t i = 0; i < a->forms.count; i++) {
        const struct form *form = a->forms.form[i];
        bool known = false, open = false;
        enum status st;

        if (e->model && e->model != &form->model)
            continue;
        st = held_is_open(a->engine->held, form, month, e->construct, level,
                          &codes, &known, &open, a->err);
        if (st != ST_OK)
            return st;
        any = any || known;
        all = all && (open || !known);
    }
    e->hidden = !any || !all;
    return ST_OK;
}

enum status readers_hide(struct answering *a)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < a->estimates.count && st == ST_OK; i++)
        st = hide(a, &a->estimates.list[i]);
    return st;
}
