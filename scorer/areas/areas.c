/* areas.c - the kind `areas`: small areas beside what their own answers say.
 *
 * For each construct (and other cell asked for) one Fay-Herriot model over the
 * codes of a dimension.  Its direct values share the national item weights, so
 * what their error adds is common to all areas: the model is told the errors
 * with fixed weights, and the common part is added to each result again.
 */
#include "scorer/areas.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "covariates.h"
#include "scorer/kind.h"

static const char *const estimators[] = {"reml", "ml", "moments", NULL};
static const char *const variances[] = {"smoothed", "direct", NULL};
enum { SMOOTHED, DIRECT };

static const struct kind_option options[] = {
    {"over", OPTION_TEXT, "DIMENSION",
     "whose codes are the areas "
     "(default: province)",
     NULL, 0, 0, false},
    {"estimator", OPTION_CHOICE, "NAME",
     "of the variance between areas: reml, ml or moments", estimators, 0, 0,
     false},
    {"variances", OPTION_CHOICE, "HOW",
     "of the areas' own errors: smoothed over areas, or direct", variances, 0,
     0, false},
    {"covariates", OPTION_TEXT, "CSV",
     "what is known of the areas: the dimension's column, and numbers", NULL, 0,
     0, true}};

struct modelling {
    const struct query *query; /* split by the areas last */
    struct covariates covariates;
    enum area_method method;
    int variances;
    size_t coefficients;
    struct area *area;
    struct area_estimate *estimate;
    const struct cell_estimate **cell; /* of each area */
    struct result *out;
    struct err *err;
};

/* ---- the areas of one model ---- */

static bool same_model(const struct cell_estimate *a,
                       const struct cell_estimate *b, size_t by)
{
    for (size_t i = 0; i < by; i++)
        if (!streq(a->cell[i], b->cell[i]))
            return false;
    return streq(a->survey, b->survey) && streq(a->construct, b->construct) &&
           memcmp(a->form, b->form, HASH_SIZE) == 0;
}

static int by_model(const void *x, const void *y, void *by)
{
    const struct cell_estimate *a = *(const struct cell_estimate *const *)x;
    const struct cell_estimate *b = *(const struct cell_estimate *const *)y;
    const size_t n = *(const size_t *)by;
    int c = 0;

    for (size_t i = 0; i < n && !c; i++)
        c = strcmp(a->cell[i], b->cell[i]);
    if (!c)
        c = strcmp(a->survey, b->survey);
    if (!c)
        c = memcmp(a->form, b->form, HASH_SIZE);
    if (!c)
        c = (a->number > b->number) - (a->number < b->number);
    if (!c)
        c = strcmp(a->construct, b->construct); /* of a roll-up */
    return c ? c : (a > b) - (a < b);
}

static double fixed_variance(const struct cell_estimate *e)
{
    const struct interval i = cells_interval(e->index, e->fixed, &e, 1);

    return i.se * i.se;
}

/* One variance of an answer over all areas, each area's by its n_eff: the
 * simplest generalised variance function (Wolter 2007, ch. 7). */
static double pooled_variance(const struct modelling *m, size_t count)
{
    double sum = 0, weight = 0;

    for (size_t i = 0; i < count; i++) {
        const double v = fixed_variance(m->cell[i]), n = m->cell[i]->n_eff;

        if (v > 0 && isfinite(v)) {
            sum += n * (n * v);
            weight += n;
        }
    }
    return weight > 0 ? sum / weight : NAN;
}

static enum status describe(struct modelling *m, size_t count)
{
    const double pooled = pooled_variance(m, count);
    const size_t last = m->query->by_count - 1;

    for (size_t i = 0; i < count; i++) {
        const struct cell_estimate *e = m->cell[i];
        const char *code = e->cell[last];
        const double one[] = {1};
        const double *x =
            m->covariates.row ? covariates_find(&m->covariates, code) : one;

        if (!x)
            return err_set(m->err, ST_INVALID,
                           "%s: nothing of %s '%s', which has answers",
                           query_text(m->query, "covariates", ""),
                           dimension_name(m->query->by[last]), code);
        m->area[i] = (struct area){.direct = e->index,
                                   .variance = m->variances == SMOOTHED
                                                   ? pooled / e->n_eff
                                                   : fixed_variance(e)};
        memcpy(m->area[i].x, x, m->coefficients * sizeof *x);
        if (!(m->area[i].variance > 0))
            return err_set(m->err, ST_NUMERIC,
                           "%s %s '%s': its answers do not tell their error",
                           e->construct, dimension_name(m->query->by[last]),
                           code);
    }
    return ST_OK;
}

/* ---- records ---- */

static void put_head(struct modelling *m, const struct cell_estimate *e,
                     const char *code)
{
    const size_t last = m->query->by_count - 1;

    result_text(m->out, e->survey);
    for (size_t i = 0; i < last; i++)
        result_text(m->out, e->cell[i]);
    result_text(m->out, code);
    result_text(m->out, e->construct);
}

/* What readers may know of an area with too few answers, or with none: where
 * the model puts it, rounded, and nothing of what it rests on. */
static void put_hidden(struct modelling *m, double value, const char *flags)
{
    result_number(m->out, round(value));
    for (int i = 0; i < 3; i++)
        result_number(m->out, NAN);
    result_number(m->out, NAN);
    result_number(m->out, NAN);
    result_count(m->out, COUNT_NONE);
    result_number(m->out, NAN);
    result_text(m->out, flags);
}

static void put_area(struct modelling *m, size_t i)
{
    const struct cell_estimate *e = m->cell[i];
    const struct area_estimate *a = &m->estimate[i];
    const struct interval full = cell_interval(e);
    const double common = fmax(0, full.se * full.se - fixed_variance(e));
    const double se = sqrt(a->mse + common);
    const double half = gsl_cdf_ugaussian_Pinv(0.975) * se;

    put_head(m, e, e->cell[m->query->by_count - 1]);
    if (e->n < N_SHOWN) {
        put_hidden(m, a->value, "modelled suppressed");
        return;
    }
    result_number(m->out, a->value);
    result_number(m->out, se);
    result_number(m->out, a->value - half);
    result_number(m->out, a->value + half);
    result_number(m->out, e->index);
    result_number(m->out, full.se);
    result_count(m->out, e->n);
    result_number(m->out, a->gamma);
    result_text(m->out, e->n < N_FIRM ? "modelled indicative" : "modelled");
}

/* Areas that the file tells of and nobody answered for. */
static void put_unanswered(struct modelling *m, size_t count,
                           const struct area_fit *fit)
{
    const size_t last = m->query->by_count - 1;

    for (size_t k = 0; k < m->covariates.areas; k++) {
        const struct covariate_row *row = &m->covariates.row[k];
        bool there = false;

        for (size_t i = 0; i < count && !there; i++)
            there = streq(m->cell[i]->cell[last], row->code);
        if (there)
            continue;
        put_head(m, m->cell[0], row->code);
        put_hidden(m, areas_synthetic(fit, m->coefficients, row->x).value,
                   "modelled synthetic");
    }
}

static void note(struct modelling *m, const struct cell_estimate *e,
                 const struct area_fit *fit)
{
    const size_t last = m->query->by_count - 1;
    char place[256] = "";

    for (size_t i = 0; i < last; i++)
        snprintf(place + strlen(place), sizeof place - strlen(place), " %s",
                 e->cell[i]);
    result_note(m->out,
                "%s %s%s: modelled (Fay-Herriot, %s, %s variances); standard "
                "deviation between %ss %.2f",
                e->survey, e->construct, place, estimators[m->method],
                variances[m->variances], dimension_name(m->query->by[last]),
                sqrt(fit->variance));
}

static enum status model(struct modelling *m, size_t count)
{
    const struct cell_estimate *e = m->cell[0];
    struct err cause = {""};
    struct area_fit fit;
    enum status st = describe(m, count);

    if (st != ST_OK)
        return st;
    st = areas_fit(m->area, count, m->coefficients, m->method, &fit,
                   m->estimate, &cause);
    if (st == ST_NUMERIC || st == ST_RANGE)
        return err_set(m->err, st, "%s %s: %s", e->survey, e->construct,
                       cause.text);
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < count; i++)
        put_area(m, i);
    put_unanswered(m, count, &fit);
    note(m, e, &fit);
    return ST_OK;
}

/* ---- the question ---- */

static void add_columns(struct modelling *m)
{
    static const struct column rest[] = {
        {.name = "construct", .type = VALUE_TEXT, .place = 101},
        {.name = "modelled", .type = VALUE_NUMBER, .place = 102, .digits = 2},
        {.name = "se", .type = VALUE_NUMBER, .place = 105, .digits = 2},
        {.name = "low", .type = VALUE_NUMBER, .place = 103, .digits = 2},
        {.name = "high", .type = VALUE_NUMBER, .place = 104, .digits = 2},
        {.name = "direct", .type = VALUE_NUMBER, .place = 106, .digits = 2},
        {.name = "se_direct", .type = VALUE_NUMBER, .place = 107, .digits = 2},
        {.name = "n", .type = VALUE_COUNT, .place = 108},
        {.name = "gamma", .type = VALUE_NUMBER, .place = 109, .digits = 3},
        {.name = "flags", .type = VALUE_WORDS, .place = 110}};

    result_column(
        m->out,
        &(struct column){.name = "survey", .type = VALUE_TEXT, .place = 1});
    result_cell(m->out, m->query->by, m->query->by_count, 2);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(m->out, &rest[i]);
}

/* Each model's areas that have an index; some model has one. */
static enum status model_all(struct modelling *m,
                             const struct cell_estimate **sorted, size_t count)
{
    const size_t others = m->query->by_count - 1;
    enum status st = ST_OK;

    for (size_t i = 0, n; i < count && st == ST_OK; i += n) {
        size_t areas = 0;

        for (n = 0;
             i + n < count && same_model(sorted[i], sorted[i + n], others); n++)
            if (!isnan(sorted[i + n]->index))
                m->cell[areas++] = sorted[i + n];
        if (areas)
            st = model(m, areas);
    }
    if (st == ST_OK && count && !m->out->rows)
        st = err_set(m->err, ST_NUMERIC,
                     "%s: no %s has an index of its own, and %zu are needed at "
                     "least",
                     m->query->survey,
                     dimension_name(m->query->by[m->query->by_count - 1]),
                     m->coefficients + 1);
    return st;
}

static enum status gather(struct modelling *m, const struct estimates *l)
{
    const size_t n = l->count + 1;
    const struct cell_estimate **sorted = malloc(n * sizeof(void *));
    size_t others = m->query->by_count - 1;
    enum status st = ST_NOMEM;

    m->area = malloc(n * sizeof *m->area);
    m->estimate = malloc(n * sizeof *m->estimate);
    m->cell = malloc(n * sizeof(void *));
    if (sorted && m->area && m->estimate && m->cell) {
        for (size_t i = 0; i < l->count; i++)
            sorted[i] = &l->list[i];
        qsort_r(sorted, l->count, sizeof(void *), by_model, &others);
        add_columns(m);
        st = model_all(m, sorted, l->count);
    }
    free(sorted);
    free(m->area);
    free(m->estimate);
    free(m->cell);
    return st;
}

static enum status find_over(const struct query *q, enum dimension *out,
                             struct err *err)
{
    const char *name = query_text(q, "over", "province");

    if (dimension_find(name, strlen(name), out) && *out != DIM_PERIOD)
        return ST_OK;
    return err_set(err, ST_INVALID, "--over: no dimension '%.40s'", name);
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    enum dimension by[DIMENSIONS], over = DIM_PROVINCE;
    struct query split = *q;
    struct modelling m = {.query = &split, .out = out, .err = err};
    struct estimates l = {0};
    enum status st = find_over(q, &over, err);

    if (st != ST_OK)
        return st;
    split.by = by;
    split.by_count = 0;
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] != over)
            by[split.by_count++] = q->by[i];
    by[split.by_count++] = over;
    m.method = (enum area_method)query_choice(&kind_areas, q, "estimator", 0);
    m.variances = query_choice(&kind_areas, q, "variances", SMOOTHED);
    if (query_text(q, "covariates", NULL))
        st = covariates_read(query_text(q, "covariates", NULL), over,
                             &m.covariates, err);
    m.coefficients = 1 + m.covariates.names;
    if (st == ST_OK)
        st = engine_estimates(e, &split, &l, &out->met, err);
    if (st == ST_OK)
        st = gather(&m, &l);
    estimates_free(&l);
    covariates_free(&m.covariates);
    return st;
}

const struct query_kind kind_areas = {
    .name = "areas",
    .summary = "Print modelled indices of small areas beside the direct ones "
               "(Fay-Herriot).",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
