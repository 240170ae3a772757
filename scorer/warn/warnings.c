/* warnings.c - the kind `warnings`: what changed in the cells, computed for the
 * days asked for, or as a watch has stored it. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "arl.h"
#include "ledger.h"
#include "lookout.h"
#include "scorer/live.h"
#include "webhook.h"

static const char *const charts[] = {"ewma", "cusum", "both", NULL};

static const struct kind_option options[] = {
    {"charts", OPTION_CHOICE, "CHARTS", "ewma (the default), cusum or both",
     charts, 0, 0, false},
    {"weekly", OPTION_FLAG, NULL, "series of whole weeks, not of days", NULL, 0,
     0, false},
    {"false-alarms", OPTION_REAL, "N",
     "expected a year in each series, 0.01 to 12 (default: 1)", NULL, 0, 0,
     false},
    {"baseline", OPTION_COUNT, "DAYS",
     "with answers, before the first that is judged (default: 28)", NULL, 14,
     365, false},
    {"calendar", OPTION_TEXT, "CSV",
     "holidays and working week-ends (default: the shipped table)", NULL, 0, 0,
     true},
    {"items", OPTION_TEXT, "LIST", "means of these items, not indices", NULL, 0,
     0, false},
    {"rate", OPTION_COUNT, "ANSWER",
     "share of answers from this one on, not means of items", NULL, 0, 0,
     false},
    {"after", OPTION_COUNT, "N", "stored warnings with higher numbers", NULL, 0,
     INT64_MAX, false},
    {"dead", OPTION_FLAG, NULL, "stored warnings that a webhook did not take",
     NULL, 0, 0, false},
    {"ledger", OPTION_TEXT, "FILE", "where a watch stores them", NULL, 0, 0,
     true}};

enum { REPLAY_MAX = 10000 };

/* ---- computed ---- */

struct collected {
    size_t count, room;
    struct warning *list;
};

static enum status collect(void *ctx, const struct warning *w)
{
    struct collected *c = ctx;

    if (c->count == c->room) {
        const size_t room = c->room ? 2 * c->room : 32;
        struct warning *list = realloc(c->list, room * sizeof *list);

        if (!list)
            return ST_NOMEM;
        c->list = list;
        c->room = room;
    }
    c->list[c->count++] = *w;
    return ST_OK;
}

static void note_limits(const struct lookout *l, const struct lookout_told *t,
                        struct result *out)
{
    if (!isnan(t->ewma_limit))
        result_note(
            out, "EWMA (lambda %.1f) of standardised %s means, limit %.3f",
            EWMA_LAMBDA, l->plan.weekly ? "weekly" : "daily", t->ewma_limit);
    if (!isnan(t->cusum_limit))
        result_note(out, "CUSUM (k %.1f) of standardised %s means, limit %.3f",
                    CUSUM_K, l->plan.weekly ? "weekly" : "daily",
                    t->cusum_limit);
}

static void note(const struct lookout *l, const struct lookout_told *t,
                 struct result *out)
{
    note_limits(l, t, out);
    if (t->charted)
        result_note(out,
                    "%zu series; false alarms expected a year, where nothing "
                    "changes: %.3g in each, %.3g in all",
                    t->charted, l->plan.false_alarms,
                    l->plan.false_alarms * (double)t->charted);
    if (t->series > t->charted)
        result_note(out,
                    "%zu series have no chart: too few days or under %d "
                    "answers before",
                    t->series - t->charted, BASELINE_ANSWERS);
    if (l->measures.unweighted)
        result_note(out, "%zu constructs have no item weights, so no chart",
                    l->measures.unweighted);
    if (t->dependent)
        result_note(out,
                    "series in which one day resembles the last, so that "
                    "false alarms are more than that: %zu",
                    t->dependent);
    if (!l->calendar)
        result_note(out, "no calendar: holidays are taken for other days");
    if (t->drift_tests)
        result_note(out,
                    "item weights compared with those of the year before: "
                    "%zu months and forms",
                    t->drift_tests);
}

static struct lookout_plan plan_of(const struct query *q)
{
    const int64_t rate = query_count(q, "rate", INT_MIN);

    return (struct lookout_plan){
        .query = *q,
        .charts =
            (enum lookout_charts)query_choice(&kind_warnings, q, "charts", 0),
        .weekly = query_flag(q, "weekly"),
        .false_alarms = query_real(q, "false-alarms", 1),
        .least = (size_t)query_count(q, "baseline", BASELINE_DAYS),
        .calendar = query_text(q, "calendar", NULL),
        .items = query_text(q, "items", NULL),
        .rate = rate < INT_MIN || rate > INT_MAX ? INT_MAX : (int)rate};
}

static enum status compute(struct engine *e, const struct query *q,
                           struct result *out, struct err *err)
{
    const struct lookout_plan plan = plan_of(q);
    struct collected c = {.list = NULL};
    struct lookout l = {.next = 0};
    struct lookout_told told;
    bool more = true;
    enum status st = lookout_new(e, &plan, &l, err);

    while (st == ST_OK && more)
        st = lookout_read(&l, e, &more, err);
    if (st == ST_OK)
        st = lookout_judge(&l, e, collect, &c, &told, err);
    if (st == ST_OK) {
        if (c.count)
            qsort(c.list, c.count, sizeof *c.list, event_order);
        event_columns(q->by, q->by_count, out);
        for (size_t i = 0; i < c.count; i++)
            event_row(&c.list[i], q->by, q->by_count, out);
        note(&l, &told, out);
        if (out->rows || !l.met[0]) { /* nothing to tell is no riddle */
            out->met = l.met;
            l.met = NULL;
        }
    }
    free(c.list);
    lookout_free(&l);
    return st;
}

/* ---- stored ---- */

struct replaying {
    const struct engine *engine;
    const struct query *query;
    struct result *out; /* NULL: which dimensions there are */
    bool met[DIMENSIONS];
    size_t by_count, rows;
    enum dimension by[DIMENSIONS];
    uint64_t last;
};

static bool of_family(const struct engine *e, const char *survey,
                      const char *family)
{
    for (size_t i = 0; i < engine_surveys(e); i++)
        if (streq(engine_survey(e, i)->code, survey) &&
            streq(engine_survey(e, i)->family, family))
            return true;
    return false;
}

/* Filters and scope, over the dimensions that the event has. */
static bool within(const struct warning *w, const struct query_filter *f,
                   size_t filters)
{
    for (size_t i = 0; i < filters; i++) {
        bool any = false;

        for (size_t k = 0; k < w->by_count && !any; k++)
            for (size_t c = 0; w->by[k] == f[i].dimension && c < f[i].count;
                 c++)
                any = any || streq(w->cell[k], f[i].codes[c]);
        if (!any)
            return false;
    }
    return true;
}

static bool is_asked(const struct replaying *r, const struct warning *w)
{
    const struct query *q = r->query;

    return (streq(w->survey, q->survey) ||
            of_family(r->engine, w->survey, q->survey)) &&
           (!q->construct || streq(w->construct, q->construct)) &&
           within(w, q->filter, q->filters) && within(w, q->scope, q->scopes);
}

static enum status replay_one(void *ctx, const struct event *e,
                              const uint8_t *text, size_t len)
{
    struct replaying *r = ctx;
    const struct warning *w = &e->warning;

    (void)text;
    (void)len;
    if (!is_asked(r, w))
        return ST_OK;
    if (r->rows == REPLAY_MAX)
        return ST_STOPPED;
    r->rows++;
    r->last = w->number;
    for (size_t i = 0; !r->out && i < w->by_count; i++)
        r->met[w->by[i]] = true;
    if (r->out)
        event_row(w, r->by, r->by_count, r->out);
    return ST_OK;
}

/* ---- what no webhook took ---- */

static enum status put_dead(void *ctx, const char *url, uint64_t number)
{
    struct result *out = ctx;

    result_text(out, url);
    result_count(out, (int64_t)number);
    return ST_OK;
}

static enum status bury(struct ledger *l, struct result *out, struct err *err)
{
    result_column(out, &(struct column){
                           .name = "webhook", .type = VALUE_TEXT, .place = 1});
    result_column(out, &(struct column){
                           .name = "number", .type = VALUE_COUNT, .place = 2});
    return webhook_dead(l, put_dead, out, err);
}

static enum status replay(struct engine *e, struct ledger *l,
                          const struct query *q, struct result *out,
                          struct err *err)
{
    const uint64_t after = (uint64_t)query_count(q, "after", 0);
    struct replaying r = {.engine = e, .query = q};
    enum status st = ledger_walk(l, after, replay_one, &r, err);

    for (size_t d = 0; d < DIMENSIONS; d++)
        if (r.met[d])
            r.by[r.by_count++] = (enum dimension)d;
    if (st == ST_OK) {
        event_columns(r.by, r.by_count, out);
        r.out = out;
        r.rows = 0;
        st = ledger_walk(l, after, replay_one, &r, err);
    }
    if (st == ST_OK && r.rows == REPLAY_MAX)
        result_note(out, "there may be more: ask with --after %llu",
                    (unsigned long long)r.last);
    return st;
}

static enum status tell_stored(struct engine *e, const struct query *q,
                               struct result *out, struct err *err)
{
    const char *path = query_text(q, "ledger", NULL);
    struct ledger *l = ledger_shared();
    enum status st = ST_OK;

    if (!l && !path)
        return err_set(err, ST_INVALID, "--after and --dead need --ledger");
    if (!l && access(path, F_OK) != 0) /* opening would make it */
        return err_set(err, ST_NOTFOUND, "%s: no watch has stored a warning",
                       path);
    if (!l)
        st = ledger_open(path, &l, err);
    if (st == ST_OK)
        st = query_flag(q, "dead") ? bury(l, out, err)
                                   : replay(e, l, q, out, err);
    ledger_close(&l);
    return st;
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    return query_text(q, "after", NULL) || query_flag(q, "dead")
               ? tell_stored(e, q, out, err)
               : compute(e, q, out, err);
}

const struct query_kind kind_warnings = {
    .name = "warnings",
    .summary = "Print what changed in the cells of a store (control charts), "
               "and item weights that moved.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
