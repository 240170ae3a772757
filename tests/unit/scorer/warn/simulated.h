/* simulated.h - days of answers whose truth is known. */
#ifndef TESTS_SIMULATED_H
#define TESTS_SIMULATED_H

#include <math.h>

#include "baseline.h"
#include "days.h"
#include "scorer/random.h"

enum { SIMULATED_DAYS = 28 + 365 };

struct simulated {
    bool normal;             /* else whole answers of 1 to 10, skew */
    double people;           /* a day, on average; half of it on week-ends */
    double week[7], holiday; /* what these days add */
    double between;          /* sd of what a day adds by itself */
    double shift;            /* in sd of an answer, */
    size_t shift_at;         /* from this day on */
};

struct simulated_days {
    struct point p[SIMULATED_DAYS];
    uint8_t fine[SIMULATED_DAYS], coarse[SIMULATED_DAYS];
    double used[SIMULATED_DAYS];
    struct judged j[SIMULATED_DAYS];
};

struct stream {
    uint64_t seed, next;
};

static inline double uniform(struct stream *s)
{
    return ((double)(random_at(s->seed, s->next++) >> 11) + 0.5) * 0x1p-53;
}

static inline double gauss(struct stream *s)
{
    return sqrt(-2 * log(uniform(s))) * cos(2 * M_PI * uniform(s));
}

/* Satisfied people: mean 8.16, sd 1.90, skewness -1.5. */
static inline double discrete(double u)
{
    static const double cumulative[] = {0.02, 0.03, 0.05, 0.07, 0.12,
                                        0.18, 0.28, 0.50, 0.74, 1};
    int v = 0;

    while (u >= cumulative[v])
        v++;
    return v + 1;
}

static inline double answer(const struct simulated *what, struct stream *s)
{
    return what->normal ? 8 + 1.9 * gauss(s) : discrete(uniform(s));
}

static inline struct point simulate_day(const struct simulated *what,
                                        struct stream *s, size_t t,
                                        unsigned fine)
{
    const bool end = day_of_week((int32_t)t) >= 5;
    double people =
        what->people * (end ? 0.5 : 1.0) * exp(0.25 * gauss(s)) + 0.5;
    double x[1024], sum = 0, add;
    struct point p = {.y = 0};
    size_t n;

    people = fmin(people, 1000);
    n = people < 1 ? 1 : (size_t)people;
    add = (fine == DAY_HOLIDAY ? what->holiday : what->week[fine]) +
          what->between * gauss(s) +
          (t >= what->shift_at ? 1.9 * what->shift : 0);
    for (size_t i = 0; i < n; i++) {
        x[i] = answer(what, s) + add;
        sum += x[i];
    }
    p.n = (float)n;
    p.y = sum / (double)n;
    p.df = (float)(n - 1);
    p.cubes = (float)((double)(n - 1) * ((double)n - 2) / (double)n);
    for (size_t i = 0; i < n; i++) {
        const double d = x[i] - p.y;

        p.ss += (float)(d * d);
        p.cube += (float)(d * d * d);
    }
    return p;
}

/* Nine days a year are holidays, on fixed dates. */
static inline void simulate(const struct simulated *what, uint64_t seed,
                            size_t least, struct simulated_days *d,
                            struct baseline_told *told)
{
    struct stream s = {seed, 0};
    const struct baseline_plan plan = {d->fine, d->coarse, least};

    for (size_t t = 0; t < SIMULATED_DAYS; t++) {
        const bool holiday = t % 122 >= 40 && t % 122 < 43;

        d->fine[t] = (uint8_t)(holiday ? DAY_HOLIDAY : day_of_week((int32_t)t));
        d->coarse[t] = (uint8_t)day_coarse(d->fine[t]);
        d->p[t] = simulate_day(what, &s, t, d->fine[t]);
    }
    baseline_judge(d->p, SIMULATED_DAYS, &plan, d->used, d->j, told);
}

#endif
