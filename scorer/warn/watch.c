/* watch.c - see scorer/warn.h: looks at days that are over, numbers what is
 * new, and sends it on. */
#include "scorer/warn.h"

#include <limits.h>
#include <stdlib.h>

#include "ledger.h"
#include "lookout.h"
#include "surveys/period.h"
#include "webhook.h"

enum {
    LOOK_BACK = 14,     /* days: late answers still move them */
    LOOK_BACK_MAX = 62, /* after it stood still for long */
    SETTLE_MS = 300000, /* after a day's end */
    AGAIN_MS = 60000    /* at most once a minute */
};

struct watch {
    struct watch_plan plan;
    enum dimension by[DIMENSIONS];
    struct ledger *ledger;
    struct webhook *webhook; /* NULL: none */
    struct lookout lookout;
    bool looking; /* a look is under way */
    int32_t until;
    struct watermark seen;        /* of the last look */
    int64_t looked_at, next_send; /* ms */
};

/* ---- a look ---- */

static bool same_mark(const struct watermark *a, const struct watermark *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* The last day that is over. */
static int32_t yesterday(int64_t now)
{
    return period_day(now - SETTLE_MS) - 1;
}

static bool is_due(const struct watch *w, const struct engine *e, int64_t now)
{
    const int64_t since = now - w->looked_at;

    if (w->looked_at && since >= 0 && since < AGAIN_MS)
        return false;
    if (yesterday(now) > ledger_judged(w->ledger))
        return true;
    return !same_mark(&w->seen, engine_watermark(e)) &&
           !(w->looked_at && since >= 0 && since < w->plan.every_ms);
}

static enum status begin(struct watch *w, struct engine *e, int64_t now,
                         struct err *err)
{
    const int32_t last = yesterday(now), judged = ledger_judged(w->ledger);
    int32_t from = last - LOOK_BACK + 1;
    struct lookout_plan plan = {.charts = CHARTS_EWMA,
                                .false_alarms = w->plan.false_alarms,
                                .least = BASELINE_DAYS,
                                .calendar = w->plan.calendar,
                                .rate = INT_MIN,
                                .query = {.survey = w->plan.survey,
                                          .to = last,
                                          .by_count = w->plan.by_count,
                                          .by = w->by}};

    if (judged != INT32_MIN && judged + 1 < from)
        from = judged + 1 > last - LOOK_BACK_MAX ? judged + 1
                                                 : last - LOOK_BACK_MAX;
    plan.query.from = from;
    w->looked_at = now;
    w->until = last;
    return lookout_new(e, &plan, &w->lookout, err);
}

struct found {
    struct warning *list;
    size_t count;
};

static enum status find(void *ctx, const struct warning *w)
{
    struct found *f = ctx;
    struct warning *list = realloc(f->list, (f->count + 1) * sizeof *list);

    if (!list)
        return ST_NOMEM;
    f->list = list;
    list[f->count++] = *w;
    return ST_OK;
}

static enum status publish(void *ctx, const struct event *e,
                           const uint8_t *text, size_t len)
{
    const struct watch *w = ctx;

    (void)text;
    (void)len;
    w->plan.publish(w->plan.ctx, &e->warning);
    return ST_OK;
}

/* Where nothing is known of the survey, nothing has happened yet. */
static enum status end(struct watch *w, struct engine *e, int64_t now,
                       struct err *err)
{
    const uint64_t before = ledger_last(w->ledger);
    struct found f = {.list = NULL};
    struct lookout_told told;
    enum status st = lookout_judge(&w->lookout, e, find, &f, &told, err);

    if (st == ST_OK) {
        if (f.count)
            qsort(f.list, f.count, sizeof *f.list, event_order);
        st = ledger_store(
            w->ledger, &(struct ledger_entry){f.list, f.count, w->until, now},
            err);
    }
    if (st == ST_OK && w->plan.publish)
        st = ledger_walk(w->ledger, before, publish, w, err);
    free(f.list);
    return st;
}

static enum status look(struct watch *w, struct engine *e, int64_t now,
                        bool *more, struct err *err)
{
    enum status st = ST_OK;
    bool days = true;

    if (!w->looking) {
        w->seen = *engine_watermark(e);
        st = begin(w, e, now, err);
        w->looking = st == ST_OK;
        *more = w->looking;
        if (st != ST_OK)
            w->seen.len = 0;
        return st == ST_NOTFOUND ? ST_OK : st;
    }
    st = lookout_read(&w->lookout, e, &days, err);
    if (st == ST_OK && !days)
        st = end(w, e, now, err);
    if (st != ST_OK || !days) {
        lookout_free(&w->lookout);
        w->looking = false;
    }
    if (st != ST_OK)
        w->seen.len = 0; /* is due again */
    *more = w->looking;
    return st;
}

enum status watch_step(struct watch *w, struct engine *e, int64_t now,
                       bool *more, struct err *err)
{
    enum status st = ST_OK;

    *more = false;
    if (w->looking || is_due(w, e, now))
        st = look(w, e, now, more, err);
    if (st != ST_OK || !w->webhook || now < w->next_send)
        return st;
    st = webhook_step(w->webhook, now, err);
    w->next_send = st == ST_OK ? now : now + AGAIN_MS;
    return st;
}

/* ---- what can be told beforehand ---- */

enum status watch_dimensions(const char *text, enum dimension out[DIMENSIONS],
                             size_t *count, struct err *cause)
{
    size_t n = 0;

    while (*text) {
        const size_t len = strcspn(text, ",");
        enum dimension d;

        if (n == DIMENSIONS || !dimension_find(text, len, &d) ||
            d == DIM_PERIOD)
            return err_set(cause, ST_INVALID,
                           "'%.*s' is no dimension of a chart",
                           (int)(len < 40 ? len : 40), text);
        out[n++] = d;
        text += len + (text[len] == ',');
    }
    *count = n;
    return ST_OK;
}

enum status watch_targets(const char *text, struct err *cause)
{
    while (*text) {
        const size_t len = strcspn(text, ",");

        if (!webhook_legal(text, len))
            return err_set(cause, ST_INVALID,
                           "'%.*s' is neither https:// nor http:// to this "
                           "machine",
                           (int)(len < 200 ? len : 200), text);
        text += len + (text[len] == ',');
    }
    return ST_OK;
}

/* ---- begin and end ---- */

uint64_t watch_last(const struct watch *w)
{
    return ledger_last(w->ledger);
}

enum status watch_new(const struct watch_plan *plan, struct watch **out,
                      struct err *err)
{
    struct watch *w = calloc(1, sizeof *w);
    enum status st = ST_NOMEM;

    if (w) {
        w->plan = *plan;
        memcpy(w->by, plan->by, plan->by_count * sizeof *w->by);
        st = ledger_open(plan->ledger, &w->ledger, err);
    }
    if (st == ST_OK && plan->webhooks && *plan->webhooks)
        st = webhook_new(&(struct webhook_plan){plan->webhooks,
                                                plan->webhook_key,
                                                plan->give_up_ms, plan->seed},
                         w->ledger, &w->webhook, err);
    if (st == ST_OK)
        *out = w;
    else
        watch_free(&w);
    return st;
}

void watch_free(struct watch **w)
{
    if (!*w)
        return;
    lookout_free(&(*w)->lookout);
    webhook_free(&(*w)->webhook);
    ledger_close(&(*w)->ledger);
    free(*w);
    *w = NULL;
}
