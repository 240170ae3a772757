/* lookout.c - see lookout.h. */
#include "lookout.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "arl.h"
#include "days.h"
#include "drift.h"
#include "surveys/period.h"

#define SHIPPED_CALENDAR "/usr/local/share/manyi/codes/calendar.csv"

/* ---- reading ---- */

static enum status check(const struct lookout_plan *p, struct err *err)
{
    const struct query *q = &p->query;

    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] == DIM_PERIOD)
            return err_set(err, ST_INVALID,
                           "--by period: charts are of days already");
    if (q->weighting != WEIGHTING_NONE)
        return err_set(err, ST_INVALID, "charts count everybody once");
    if (p->rate != INT_MIN && !p->items)
        return err_set(err, ST_INVALID, "--rate goes with --items");
    if (!(p->false_alarms >= 0.01 && p->false_alarms <= 12))
        return err_set(err, ST_RANGE, "--false-alarms is from 0.01 to 12");
    return ST_OK;
}

static enum status load_calendar(struct lookout *l, struct err *err)
{
    const char *path = l->plan.calendar;
    const enum status st =
        calendar_load(path ? path : SHIPPED_CALENDAR, &l->calendar, err);

    return !path && st == ST_NOTFOUND ? ST_OK : st;
}

enum status lookout_new(struct engine *e, const struct lookout_plan *plan,
                        struct lookout *out, struct err *err)
{
    struct lookout l = {.plan = *plan};
    struct query history = plan->query;
    struct estimates any = {0};
    enum status st = check(plan, err);

    history.from = period_first(period_month(history.from) - HISTORY_MONTHS);
    l.next = history.from;
    if (st == ST_OK)
        st = load_calendar(&l, err);
    if (st == ST_OK) {
        struct query shown = plan->query;

        shown.by_count = 0;
        st = engine_estimates(e, &shown, &any, &l.met, err);
    }
    estimates_free(&any);
    if (st == ST_OK)
        st = measures_find(
            e, &(struct measures_plan){&history, plan->items, plan->rate},
            &l.measures, err);
    if (st != ST_OK) {
        lookout_free(&l);
        return st;
    }
    l.series =
        (struct series){.by_count = plan->query.by_count,
                        .from = history.from,
                        .days = (size_t)(plan->query.to - history.from) + 1};
    *out = l;
    return ST_OK;
}

void lookout_free(struct lookout *l)
{
    calendar_free(&l->calendar);
    series_free(&l->series);
    measures_free(&l->measures);
    free(l->met);
    *l = (struct lookout){0};
}

enum status lookout_read(struct lookout *l, struct engine *e, bool *more,
                         struct err *err)
{
    enum status st = ST_OK;

    l->series.measures = &l->measures;
    if (l->next <= l->plan.query.to)
        st = series_read(&l->series, e, &l->plan.query, l->next, err);
    if (st == ST_OK)
        l->next++;
    *more = l->next <= l->plan.query.to;
    return st;
}

/* ---- judging ---- */

struct judging {
    const struct lookout *l;
    struct chart chart[2];
    size_t charts, steps;
    int32_t *day; /* the last of each step */
    uint8_t *fine, *coarse;
    struct point *week;
    double *used;
    struct judged *judged;
    struct alarm *alarm;
    lookout_fn *fn;
    void *ctx;
    struct lookout_told *told;
};

static void lay_days(struct judging *j)
{
    const struct lookout *l = j->l;

    j->steps = l->series.days;
    for (size_t t = 0; t < j->steps; t++) {
        j->day[t] = l->series.from + (int32_t)t;
        j->fine[t] = (uint8_t)day_class(l->calendar, j->day[t]);
        j->coarse[t] = (uint8_t)day_coarse(j->fine[t]);
    }
}

/* Whole weeks; the class is whether there is a holiday in it. */
static void lay_weeks(struct judging *j)
{
    const struct lookout *l = j->l;
    const int32_t end = l->series.from + (int32_t)l->series.days - 1;
    int32_t sunday = day_week_end(l->series.from + 6);

    for (j->steps = 0; sunday <= end; sunday += 7, j->steps++) {
        bool holiday = false;

        for (int32_t d = sunday - 6; d <= sunday; d++)
            holiday |= day_class(l->calendar, d) == DAY_HOLIDAY;
        j->day[j->steps] = sunday;
        j->coarse[j->steps] = holiday ? COARSE_HOLIDAY : COARSE_WORKDAY;
    }
}

static const struct point *points_of(struct judging *j, const struct point *p)
{
    if (!j->l->plan.weekly)
        return p;
    for (size_t t = 0; t < j->steps; t++)
        j->week[t] = series_sum(p + (j->day[t] - 6 - j->l->series.from), 7);
    return j->week;
}

/* By the size of the change in standard deviations of an answer (Cohen 1988,
 * 2.2: small from 0.2, medium from 0.5). */
static const char *severity(double change, double sd)
{
    const double size = fabs(change) / sd;

    return size >= 0.5 ? "high" : size >= 0.2 ? "medium" : "low";
}

static const char *name_of(const struct judging *j, enum chart_kind k)
{
    static const char *const names[][2] = {{"ewma", "ewma-weekly"},
                                           {"cusum", "cusum-weekly"}};

    return names[k][j->l->plan.weekly];
}

static enum status tell(struct judging *j, const struct series_cell *c,
                        const struct measure *m, const struct point *p,
                        const struct chart *chart, const struct alarm *a,
                        double sd)
{
    const struct query *q = &j->l->plan.query;
    const int32_t before = j->l->plan.weekly ? 6 : 0;
    struct warning w = {.day = j->day[a->at],
                        .since = j->day[a->since] - before,
                        .survey = m->survey,
                        .by_count = q->by_count,
                        .by = q->by,
                        .cell = c->code,
                        .construct = m->code,
                        .item = "",
                        .chart = name_of(j, chart->kind),
                        .direction = a->direction < 0 ? "down" : "up",
                        .statistic = a->statistic,
                        .limit = a->limit,
                        .agreement = NAN};
    double n = 0, seen = 0, expected = 0;

    memcpy(w.form, m->form, HASH_SIZE);
    for (size_t t = a->since; t <= a->at; t++)
        if (j->judged[t].charted) {
            n += (double)p[t].n;
            seen += (double)p[t].n * p[t].y;
            expected += (double)p[t].n * j->judged[t].expected;
        }
    w.value = seen / n;
    w.expected = expected / n;
    w.n = llround(n);
    w.severity = severity(w.value - w.expected, sd);
    j->told->alarms++;
    return j->fn(j->ctx, &w);
}

static enum status judge_series(struct judging *j, const struct series_cell *c,
                                size_t number)
{
    const struct lookout *l = j->l;
    const struct lookout_plan *plan = &l->plan;
    const struct point *p = points_of(j, c->point + number * l->series.days);
    const size_t weeks = plan->least / 7;
    const struct baseline_plan baseline = {
        plan->weekly ? NULL : j->fine, j->coarse,
        !plan->weekly            ? plan->least
        : weeks > BASELINE_WEEKS ? weeks
                                 : BASELINE_WEEKS};
    struct baseline_told told;
    enum status st = ST_OK;

    baseline_judge(p, j->steps, &baseline, j->used, j->judged, &told);
    j->told->series += told.days > 0;
    j->told->charted += told.charted > 0;
    j->told->dependent +=
        told.dependence > 1.96 / sqrt((double)told.charted + 1);
    for (size_t k = 0; k < j->charts && st == ST_OK; k++) {
        const size_t n = chart_run(&j->chart[k], j->judged, j->steps, j->alarm);

        for (size_t i = 0; i < n && st == ST_OK; i++)
            if (j->day[j->alarm[i].at] >= plan->query.from)
                st = tell(j, c, &l->measures.list[c->first + number], p,
                          &j->chart[k], &j->alarm[i], told.sd);
    }
    return st;
}

/* The stated rate is shared by the charts: expectations add up, however much
 * they hang together. */
static enum status set_limits(struct judging *j, struct err *err)
{
    const struct lookout_plan *p = &j->l->plan;
    const double charts = p->charts == CHARTS_BOTH ? 2 : 1;
    const double arl =
        (p->weekly ? 365.25 / 7 : 365.25) * charts / p->false_alarms;
    enum status st = ST_OK;

    j->told->ewma_limit = j->told->cusum_limit = NAN;
    if (p->charts != CHARTS_CUSUM) {
        st = arl_ewma_limit(arl, &j->told->ewma_limit);
        j->chart[j->charts++] = (struct chart){CHART_EWMA, j->told->ewma_limit};
    }
    if (st == ST_OK && p->charts != CHARTS_EWMA) {
        st = arl_cusum_limit(arl, &j->told->cusum_limit);
        j->chart[j->charts++] =
            (struct chart){CHART_CUSUM, j->told->cusum_limit};
    }
    if (st != ST_OK)
        return err_set(err, st, "no limit has a false alarm every %.1f %s", arl,
                       p->weekly ? "weeks" : "days");
    return ST_OK;
}

static enum status judge_all(struct judging *j)
{
    const struct series *s = &j->l->series;
    enum status st = ST_OK;

    if (j->l->plan.weekly)
        lay_weeks(j);
    else
        lay_days(j);
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->cell[i].measures && st == ST_OK; k++)
            st = judge_series(j, &s->cell[i], k);
    return st;
}

/* Of each survey by itself, also where a family is asked for. */
static enum status judge_weights(struct judging *j, struct engine *e,
                                 struct err *err)
{
    const struct measures *m = &j->l->measures;
    struct query q = j->l->plan.query;
    enum status st = ST_OK;

    for (size_t i = 0; i < m->count && st == ST_OK; i++) {
        size_t k = 0;

        while (!streq(m->list[k].survey, m->list[i].survey))
            k++;
        if (k < i)
            continue;
        q.survey = m->list[i].survey;
        st = drift_find(e, &q, j->l->plan.false_alarms, j->fn, j->ctx,
                        &j->told->drift_tests, err);
    }
    return st;
}

enum status lookout_judge(struct lookout *l, struct engine *e, lookout_fn *fn,
                          void *ctx, struct lookout_told *told, struct err *err)
{
    const size_t n = l->series.days;
    struct judging j = {.l = l,
                        .day = malloc(n * sizeof(int32_t)),
                        .fine = malloc(n),
                        .coarse = malloc(n),
                        .week = malloc(n * sizeof(struct point)),
                        .used = malloc(n * sizeof(double)),
                        .judged = malloc(n * sizeof(struct judged)),
                        .alarm = malloc(n * sizeof(struct alarm)),
                        .fn = fn,
                        .ctx = ctx,
                        .told = told};
    enum status st = ST_NOMEM;

    *told = (struct lookout_told){0};
    if (j.day && j.fine && j.coarse && j.week && j.used && j.judged && j.alarm)
        st = set_limits(&j, err);
    if (st == ST_OK)
        st = judge_all(&j);
    if (st == ST_OK && !l->plan.items)
        st = judge_weights(&j, e, err);
    free(j.day);
    free(j.fine);
    free(j.coarse);
    free(j.week);
    free(j.used);
    free(j.judged);
    free(j.alarm);
    return st;
}
