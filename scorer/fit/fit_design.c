/* fit_design.c - see fit_design.h. */
#include "fit_design.h"

#include <math.h>
#include <stdlib.h>

/* The number of row r's word; 0 without the column: all are one. */
static uint32_t label(const struct fit_data *d, enum fit_label what, size_t r)
{
    return d->label[what].rows ? d->label[what].row[r] : 0;
}

static const char *word(const struct fit_data *d, enum fit_label what, size_t r)
{
    return d->label[what].rows ? d->label[what].word[label(d, what, r)] : "";
}

static enum status check_words(const struct fit_data *d, enum fit_label what,
                               const char *name, struct err *err)
{
    const size_t nothing = fit_labels_find(&d->label[what], "");

    for (size_t r = 0; r < d->label[what].rows && nothing != SIZE_MAX; r++)
        if (d->label[what].row[r] == nothing)
            return err_set(err, ST_INVALID, "answer %zu has no %s", r + 1,
                           name);
    return ST_OK;
}

static int by_unit(const void *a, const void *b, void *ctx)
{
    const struct fit_data *d = *(const struct fit_data *const *)ctx;
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const uint32_t hx = label(d, FIT_STRATUM, x), hy = label(d, FIT_STRATUM, y);
    const uint32_t cx = label(d, FIT_CLUSTER, x), cy = label(d, FIT_CLUSTER, y);

    if (hx != hy)
        return hx < hy ? -1 : 1;
    if (cx != cy)
        return cx < cy ? -1 : 1;
    return x < y ? -1 : 1;
}

/* Whether the row at place i of the order begins a stratum, or a unit. */
static bool begins(const struct fit_data *d, const struct fit_design *f,
                   size_t i, bool stratum)
{
    const uint32_t r = f->row[i];
    uint32_t before;

    if (i == 0)
        return true;
    before = f->row[i - 1];
    if (label(d, FIT_STRATUM, r) != label(d, FIT_STRATUM, before))
        return true;
    return !stratum &&
           (!d->label[FIT_CLUSTER].rows ||
            label(d, FIT_CLUSTER, r) != label(d, FIT_CLUSTER, before));
}

static void find_units(const struct fit_data *d, struct fit_design *f)
{
    for (size_t i = 0; i < d->rows; i++) {
        if (begins(d, f, i, true))
            f->first[f->strata++] = f->units;
        if (begins(d, f, i, false))
            f->unit[f->units++] = i;
    }
    f->first[f->strata] = f->units;
    f->unit[f->units] = d->rows;
}

static size_t row_of(const struct fit_design *f, size_t stratum)
{
    return f->row[f->unit[f->first[stratum]]];
}

static enum status check_units(const struct fit_data *d,
                               const struct fit_design *f, struct err *err)
{
    if (f->units < 2)
        return err_set(err, ST_NUMERIC,
                       "fewer than two sampling units: no error can be "
                       "estimated");
    for (size_t h = 0; h < f->strata; h++)
        if (f->first[h + 1] - f->first[h] < 2) {
            const size_t r = row_of(f, h);

            if (!d->label[FIT_CLUSTER].rows)
                return err_set(err, ST_NUMERIC,
                               "stratum '%s' has one sampling unit (answer "
                               "%zu): its error cannot be estimated",
                               word(d, FIT_STRATUM, r), r + 1);
            return err_set(err, ST_NUMERIC,
                           "stratum '%s' has one sampling unit ('%s'): its "
                           "error cannot be estimated",
                           word(d, FIT_STRATUM, r), word(d, FIT_CLUSTER, r));
        }
    return ST_OK;
}

/* The part of stratum h that was drawn: "0.1", or of how many units. */
static enum status read_fraction(const struct fit_data *d,
                                 const struct fit_design *f, size_t h,
                                 double *fraction, struct err *err)
{
    const size_t units = f->first[h + 1] - f->first[h];
    const size_t begin = f->unit[f->first[h]];
    const char *text = word(d, FIT_POPULATION, f->row[begin]);
    char *end;
    const double v = strtod(text, &end);

    for (size_t i = begin; i < f->unit[f->first[h + 1]]; i++)
        if (label(d, FIT_POPULATION, f->row[i]) !=
            label(d, FIT_POPULATION, f->row[begin]))
            return err_set(err, ST_INVALID,
                           "stratum '%s' has two population sizes, '%s' and "
                           "'%s'",
                           word(d, FIT_STRATUM, f->row[begin]), text,
                           word(d, FIT_POPULATION, f->row[i]));
    if (end == text || *end || !(v > 0) || !isfinite(v) ||
        (v > 1 && v < (double)units))
        return err_set(err, ST_INVALID,
                       "stratum '%s': '%s' is neither a part from 0 to 1 nor a "
                       "population of its %zu units or more",
                       word(d, FIT_STRATUM, f->row[begin]), text, units);
    *fraction = v <= 1 ? v : (double)units / v;
    return ST_OK;
}

static enum status read_fractions(const struct fit_data *d,
                                  struct fit_design *f, struct err *err)
{
    enum status st = ST_OK;

    if (!d->label[FIT_POPULATION].rows)
        return ST_OK;
    f->fraction = malloc(f->strata * sizeof *f->fraction);
    if (!f->fraction)
        return ST_NOMEM;
    for (size_t h = 0; h < f->strata && st == ST_OK; h++)
        st = read_fraction(d, f, h, &f->fraction[h], err);
    return st;
}

static enum status make(const struct fit_data *d, struct fit_design *f,
                        struct err *err)
{
    enum status st = check_words(d, FIT_STRATUM, "stratum", err);

    if (st == ST_OK)
        st = check_words(d, FIT_CLUSTER, "cluster", err);
    if (st != ST_OK)
        return st;
    f->row = malloc((d->rows + 1) * sizeof *f->row);
    f->unit = malloc((d->rows + 1) * sizeof *f->unit);
    f->first = malloc((d->rows + 1) * sizeof *f->first);
    if (!f->row || !f->unit || !f->first)
        return ST_NOMEM;
    for (size_t r = 0; r < d->rows; r++)
        f->row[r] = (uint32_t)r;
    qsort_r(f->row, d->rows, sizeof *f->row, by_unit, &d);
    find_units(d, f);
    st = check_units(d, f, err);
    return st == ST_OK ? read_fractions(d, f, err) : st;
}

enum status fit_design_make(const struct fit_data *d, struct fit_design *out,
                            struct err *err)
{
    struct fit_design f = {0};
    enum status st = make(d, &f, err);

    if (st == ST_OK)
        *out = f;
    else
        fit_design_free(&f);
    return st;
}

void fit_design_free(struct fit_design *f)
{
    free(f->first);
    free(f->unit);
    free(f->row);
    free(f->fraction);
    *f = (struct fit_design){0};
}
