/* fit_times.c - see fit_times.h. */
#include "fit_times.h"

#include <string.h>

#include "scorer/random.h"

void fit_times_all(const struct fit_data *d, double *times)
{
    for (size_t r = 0; r < d->rows; r++)
        times[r] = fit_counts(d, r) ? 1 : 0;
}

static void resample(const struct fit_parts *p, size_t b, size_t group,
                     double *times)
{
    const struct fit_resamples *given = p->how->resamples;
    const size_t rows = p->data->rows;
    const uint64_t stream = random_at(p->how->seed, b);
    const size_t draws = given ? given->first[b + 1] - given->first[b] : rows;

    memset(times, 0, rows * sizeof *times);
    for (size_t i = 0; i < draws; i++) {
        const size_t r = given ? given->row[given->first[b] + i]
                               : random_below(random_at(stream, i), rows);

        if (i % GROUPS != group && fit_counts(p->data, r))
            times[r]++;
    }
}

static void leave_group(const struct fit_data *d, size_t group, double *times)
{
    for (size_t r = 0; r < d->rows; r++)
        if (d->dealt[r] == group)
            times[r] = 0;
}

static void weigh_units(const struct fit_design *f, size_t first, size_t last,
                        double factor, double *times)
{
    for (size_t i = f->unit[first]; i < f->unit[last]; i++)
        times[f->row[i]] *= factor;
}

static void leave_unit(const struct fit_design *f, size_t k, double *times)
{
    size_t h = 0;
    double n;

    while (f->first[h + 1] <= k)
        h++;
    n = (double)(f->first[h + 1] - f->first[h]);
    weigh_units(f, f->first[h], f->first[h + 1], n / (n - 1), times);
    weigh_units(f, k, k + 1, 0, times);
}

void fit_times(const struct fit_parts *parts, size_t k, size_t group,
               double *times)
{
    if (parts->kind == PART_RESAMPLE) {
        resample(parts, k, group, times);
        return;
    }
    fit_times_all(parts->data, times);
    if (parts->kind == PART_WITHOUT_ROW)
        times[parts->counted[k]] = 0;
    else if (parts->kind == PART_WITHOUT_GROUP)
        leave_group(parts->data, parts->group[k], times);
    else
        leave_unit(parts->how->design, k, times);
}
