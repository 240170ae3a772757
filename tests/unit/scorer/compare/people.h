/* people.h - a survey of one item whose people differ by province, channel,
 * class and attribute, with effects that are known; and least squares over the
 * people themselves. */
#ifndef TESTS_PEOPLE_H
#define TESTS_PEOPLE_H

#include "asking.h"

enum { PROVINCES = 3, CLASSES = 3, COLUMNS_MOST = 40 };
static const char *const province_codes[PROVINCES] = {"11", "31", "44"};
static const char *const class_codes[CLASSES] = {"BAS", "DIA", "GLD"};

struct effects {
    int32_t month; /* 0: October */
    double class[CLASSES], channel[CHANNELS], province[PROVINCES];
    bool chosen; /* who is of a higher class answers agents more often */
};

static inline void fill_people(struct world *w, const struct survey *s,
                               size_t people, const struct effects *e)
{
    const int32_t month = e->month ? e->month : OCTOBER;

    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person p;
        const size_t province = draw(w) % PROVINCES;
        /* richer provinces have more of the higher classes */
        const size_t class = draw(w) % 4 < province + 1 ? 2 : draw(w) % CLASSES;
        const size_t channel =
            e->chosen && draw(w) % 3 < class ? CHANNEL_AGENT
                                             : draw(w) % CHANNELS;
        double x = 5 + e->class[class] + e->channel[channel] +
                   e->province[province] + 3 * noise(w);

        person_make(w, LONE, &p);
        memcpy(p.r.version, s->version, HASH_SIZE);
        p.r.items = 1;
        p.r.event_at = period_start(period_first(month) + (int32_t)(i % 28));
        p.answers[0] = (uint8_t)fmax(1, fmin(11, floor(x + 0.5)));
        p.r.context.frame = FRAME_INVITED;
        p.r.context.channel = (uint8_t)channel;
        p.r.context.attributes[0] = (uint8_t)(1 + draw(w) % 2);
        set_code(p.r.context.province, province_codes[province]);
        set_code(p.r.context.class, class_codes[class]);
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

static inline size_t code_place(const char *const *codes, const char *code)
{
    size_t i = 0;

    while (!streq(codes[i], code))
        i++;
    return i;
}

/* ---- least squares, by Gauss and Jordan ---- */

struct least_squares {
    size_t n;
    double a[COLUMNS_MOST][COLUMNS_MOST], b[COLUMNS_MOST];
};

static inline void add_person(struct least_squares *l, const double *x,
                              double y)
{
    for (size_t i = 0; i < l->n; i++) {
        for (size_t k = 0; k < l->n; k++)
            l->a[i][k] += x[i] * x[k];
        l->b[i] += x[i] * y;
    }
}

/* b becomes the solution; columns of zeros get 0. */
static inline void solve_squares(struct least_squares *l)
{
    bool done[COLUMNS_MOST] = {false};

    for (size_t step = 0; step < l->n; step++) {
        size_t p = SIZE_MAX;

        for (size_t i = 0; i < l->n; i++)
            if (!done[i] && (p == SIZE_MAX || l->a[i][i] > l->a[p][p]))
                p = i;
        done[p] = true;
        if (l->a[p][p] < 1e-9)
            continue;
        for (size_t i = 0; i < l->n; i++) {
            const double f = l->a[i][p] / l->a[p][p];

            for (size_t k = 0; i != p && k < l->n; k++)
                l->a[i][k] -= f * l->a[p][k];
            l->b[i] -= i != p ? f * l->b[p] : 0;
        }
    }
    for (size_t i = 0; i < l->n; i++)
        l->b[i] = l->a[i][i] < 1e-9 ? 0 : l->b[i] / l->a[i][i];
}

/* The index of a row of the survey of one item. */
static inline double points(const struct answer_row *row)
{
    return 10. * (row->answers[0] - 1);
}

#endif
