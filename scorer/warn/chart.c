/* chart.c - see chart.h. */
#include "chart.h"

#include <math.h>

#include "arl.h"

const char *chart_name(enum chart_kind k)
{
    return k == CHART_EWMA ? "ewma" : "cusum";
}

static size_t begin_of(const struct judged *j, size_t from, size_t at,
                       int direction)
{
    double sum = 0, days = 0, most = 0;
    size_t since = at;

    for (size_t t = at + 1; t-- > from;) {
        if (!j[t].charted)
            continue;
        sum += direction * j[t].z;
        days++;
        if (sum > 0 && sum * sum / days > most) {
            most = sum * sum / days;
            since = t;
        }
    }
    return since;
}

static size_t run_ewma(double limit, const struct judged *j, size_t count,
                       struct alarm *out)
{
    const double unit = sqrt(EWMA_LAMBDA / (2 - EWMA_LAMBDA));
    size_t alarms = 0, since = 0;
    double e = 0;
    bool told = false;

    for (size_t t = 0; t < count; t++) {
        const double before = e;

        if (!j[t].charted)
            continue;
        e = (1 - EWMA_LAMBDA) * e + EWMA_LAMBDA * j[t].z;
        if (before == 0 || (before < 0) != (e < 0)) {
            since = t;
            told = false;
        }
        if (told || fabs(e) <= limit * unit)
            continue;
        told = true;
        out[alarms++] =
            (struct alarm){.at = t,
                           .since = begin_of(j, since, t, e < 0 ? -1 : 1),
                           .direction = e < 0 ? -1 : 1,
                           .statistic = e / unit,
                           .limit = copysign(limit, e)};
    }
    return alarms;
}

struct side {
    int direction;
    double sum;
    size_t since;
    bool told;
};

/* Whether it is an alarm. */
static bool step(struct side *s, double z, size_t t, double limit)
{
    const double next = s->sum + s->direction * z - CUSUM_K;
    bool alarm;

    if (s->sum <= 0) {
        s->since = t;
        s->told = false;
    }
    s->sum = fmax(0, next);
    alarm = !s->told && s->sum > limit;
    if (alarm)
        s->told = true;
    return alarm;
}

static size_t run_cusum(double limit, const struct judged *j, size_t count,
                        struct alarm *out)
{
    struct side side[] = {{.direction = -1}, {.direction = 1}};
    size_t alarms = 0;

    for (size_t t = 0; t < count; t++)
        for (size_t k = 0; k < 2 && j[t].charted; k++) {
            struct side *s = &side[k];

            if (step(s, j[t].z, t, limit))
                out[alarms++] = (struct alarm){
                    .at = t,
                    .since = begin_of(j, s->since, t, s->direction),
                    .direction = s->direction,
                    .statistic = s->direction * s->sum,
                    .limit = s->direction * limit};
            s->sum = fmin(s->sum, limit);
        }
    return alarms;
}

size_t chart_run(const struct chart *c, const struct judged *j, size_t count,
                 struct alarm *out)
{
    return c->kind == CHART_EWMA ? run_ewma(c->limit, j, count, out)
                                 : run_cusum(c->limit, j, count, out);
}
