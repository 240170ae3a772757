/* fit_part.c - see fit_part.h. */
#include "fit_part.h"

#include <stdlib.h>
#include <string.h>

#include "scorer/random.h"

enum { STRIP = 512 };

struct fit_part {
    const struct fit_parts *parts;
    struct fit_sums sums; /* of the replicate */
    struct fit_sums part; /* what is left out of it */
    /* WITHOUT_UNIT: a stratum, and all the others */
    struct fit_sums stratum, others;
    size_t loaded; /* which one; from 1 */
    /* a grouped resample's groups, and it without one */
    struct fit_sums group[GROUPS], rest;
    uint8_t row[STRIP * ITEMS_MAX];
    double weight[STRIP];
    size_t gathered;
};

static void list_groups(const struct fit_data *d, struct fit_parts *p)
{
    p->count = 0;
    for (size_t g = 0; g < GROUPS; g++)
        if (fit_sums_rows(&d->group[g]) > 0)
            p->group[p->count++] = g;
}

static enum status list_counted(const struct fit_data *d, struct fit_parts *p)
{
    p->counted = malloc((d->rows + 1) * sizeof *p->counted);
    if (!p->counted)
        return ST_NOMEM;
    p->count = 0;
    for (size_t r = 0; r < d->rows; r++)
        if (fit_counts(d, r))
            p->counted[p->count++] = (uint32_t)r;
    return ST_OK;
}

enum status fit_parts_make(const struct fit_data *d,
                           const struct fit_replication *how,
                           enum fit_part_kind kind, bool grouped,
                           struct fit_parts *out)
{
    struct fit_parts p = {
        .kind = kind, .data = d, .how = how, .grouped = grouped};
    enum status st = ST_OK;

    if (kind == PART_WITHOUT_ROW)
        st = list_counted(d, &p);
    else if (kind == PART_WITHOUT_GROUP)
        list_groups(d, &p);
    else if (kind == PART_WITHOUT_UNIT)
        p.count = how->design->units;
    else
        p.count = how->resamples ? how->resamples->count : how->draws;
    if (st == ST_OK)
        *out = p;
    return st;
}

void fit_parts_free(struct fit_parts *p)
{
    free(p->counted);
    *p = (struct fit_parts){0};
}

enum status fit_part_new(const struct fit_parts *parts, struct fit_part **out)
{
    const struct fit_plan *plan = parts->data->plan;
    struct fit_part *p = calloc(1, sizeof *p);
    enum status st = p ? fit_sums_new(plan, &p->sums) : ST_NOMEM;

    if (st == ST_OK) {
        p->parts = parts;
        st = fit_sums_new(plan, &p->part);
    }
    if (st == ST_OK && parts->kind == PART_WITHOUT_UNIT) {
        st = fit_sums_new(plan, &p->stratum);
        if (st == ST_OK)
            st = fit_sums_new(plan, &p->others);
    }
    for (size_t g = 0; g < GROUPS && parts->grouped && st == ST_OK; g++)
        st = fit_sums_new(plan, &p->group[g]);
    if (st == ST_OK && parts->grouped)
        st = fit_sums_new(plan, &p->rest);
    if (st == ST_OK)
        *out = p;
    else
        fit_part_free(&p);
    return st;
}

void fit_part_free(struct fit_part **part)
{
    struct fit_part *p = *part;

    if (!p)
        return;
    fit_sums_free(&p->sums);
    fit_sums_free(&p->part);
    fit_sums_free(&p->stratum);
    fit_sums_free(&p->others);
    for (size_t g = 0; g < GROUPS; g++)
        fit_sums_free(&p->group[g]);
    fit_sums_free(&p->rest);
    free(p);
    *part = NULL;
}

static enum status flush(struct fit_part *p, struct fit_sums *into)
{
    enum status st = fit_sums_add(into, p->row, p->weight, p->gathered);

    p->gathered = 0;
    return st;
}

/* Rows wait in a strip, as many at once are summed faster. */
static enum status gather(struct fit_part *p, struct fit_sums *into, size_t r)
{
    const struct fit_data *d = p->parts->data;
    const size_t n = d->plan->model.items;

    if (!fit_counts(d, r))
        return ST_OK;
    memcpy(p->row + p->gathered * n, d->row + r * n, n);
    if (d->weight)
        p->weight[p->gathered] = d->weight[r];
    return ++p->gathered == STRIP ? flush(p, into) : ST_OK;
}

/* Draws first, first + step ... of resample b. */
static enum status draw(struct fit_part *p, size_t b, size_t first, size_t step,
                        struct fit_sums *into)
{
    const struct fit_replication *how = p->parts->how;
    const struct fit_resamples *given = how->resamples;
    const size_t rows = p->parts->data->rows;
    const uint64_t stream = random_at(how->seed, b);
    const size_t draws = given ? given->first[b + 1] - given->first[b] : rows;
    enum status st = ST_OK;

    fit_sums_clear(into);
    for (size_t i = first; i < draws && st == ST_OK; i += step)
        st = gather(p, into,
                    given ? given->row[given->first[b] + i]
                          : random_below(random_at(stream, i), rows));
    return st == ST_OK ? flush(p, into) : st;
}

static enum status resample(struct fit_part *p, size_t b)
{
    enum status st = ST_OK;

    if (!p->parts->grouped)
        return draw(p, b, 0, 1, &p->sums);
    fit_sums_clear(&p->sums);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++) {
        st = draw(p, b, g, GROUPS, &p->group[g]);
        if (st == ST_OK)
            st = fit_sums_merge(&p->sums, &p->group[g]);
    }
    return st;
}

static enum status leave_out(const struct fit_sums *all,
                             const struct fit_sums *part, struct fit_sums *out)
{
    enum status st;

    fit_sums_clear(out);
    st = fit_sums_merge(out, all);
    return st == ST_OK ? fit_sums_subtract(out, part) : st;
}

static enum status leave_row(struct fit_part *p, size_t k)
{
    const struct fit_data *d = p->parts->data;
    const size_t r = p->parts->counted[k];
    enum status st;

    fit_sums_clear(&p->part);
    st = fit_sums_add(&p->part, d->row + r * d->plan->model.items,
                      d->weight ? d->weight + r : NULL, 1);
    return st == ST_OK ? leave_out(&d->total, &p->part, &p->sums) : st;
}

/* The sums of units first .. last - 1 of the design. */
static enum status add_units(struct fit_part *p, size_t first, size_t last,
                             struct fit_sums *out)
{
    const struct fit_design *f = p->parts->how->design;
    enum status st = ST_OK;

    fit_sums_clear(out);
    for (size_t i = f->unit[first]; i < f->unit[last] && st == ST_OK; i++)
        st = gather(p, out, f->row[i]);
    return st == ST_OK ? flush(p, out) : st;
}

static size_t stratum_of(const struct fit_design *f, size_t unit)
{
    size_t low = 0, high = f->strata;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;

        if (f->first[middle] <= unit)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The units of a stratum follow one another, so it is mostly loaded. */
static enum status leave_unit(struct fit_part *p, size_t k)
{
    const struct fit_design *f = p->parts->how->design;
    const size_t h = stratum_of(f, k);
    const double n = (double)(f->first[h + 1] - f->first[h]);
    enum status st = ST_OK;

    if (p->loaded != h + 1) {
        st = add_units(p, f->first[h], f->first[h + 1], &p->stratum);
        if (st == ST_OK)
            st = leave_out(&p->parts->data->total, &p->stratum, &p->others);
        p->loaded = h + 1;
    }
    if (st == ST_OK)
        st = add_units(p, k, k + 1, &p->part);
    if (st != ST_OK)
        return st;
    fit_sums_clear(&p->sums);
    fit_sums_fold(&p->sums, &p->others, 1);
    fit_sums_fold(&p->sums, &p->stratum, n / (n - 1));
    fit_sums_fold(&p->sums, &p->part, -n / (n - 1));
    return ST_OK;
}

enum status fit_part_make(struct fit_part *p, size_t k,
                          const struct fit_sums **sums)
{
    const struct fit_parts *parts = p->parts;
    enum status st;

    switch (parts->kind) {
    case PART_RESAMPLE:
        st = resample(p, k);
        break;
    case PART_WITHOUT_ROW:
        st = leave_row(p, k);
        break;
    case PART_WITHOUT_GROUP:
        st = leave_out(&parts->data->total,
                       &parts->data->group[parts->group[k]], &p->sums);
        break;
    default:
        st = leave_unit(p, k);
    }
    *sums = &p->sums;
    return st;
}

enum status fit_part_without(struct fit_part *p, size_t g,
                             const struct fit_sums **sums)
{
    *sums = NULL;
    if (fit_sums_rows(&p->group[g]) == 0)
        return ST_OK;
    *sums = &p->rest;
    return leave_out(&p->sums, &p->group[g], &p->rest);
}
