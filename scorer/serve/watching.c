/* watching.c - see watching.h. */
#include "watching.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#include "collector/log.h"
#include "collector/wire_pack.h"
#include "surveys/period.h"

enum {
    EVENT_VERSION = 1,
    LAST_MS = 60000 /* how often the last number is told */
};

struct watching {
    struct watch *watch;
    struct publisher *publisher;
    int64_t told_at;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- messages ---- */

static void pack_member(struct pack *p, const char *key, const char *text)
{
    pack_text(p, key);
    pack_text(p, text);
}

static void pack_day(struct pack *p, const char *key, int32_t day)
{
    char text[PERIOD_TEXT];

    period_format_day(day, text);
    pack_member(p, key, text);
}

static void pack_double(struct pack *p, const char *key, double v)
{
    pack_text(p, key);
    if (isnan(v))
        pack_nil(p);
    else
        pack_real(p, v);
}

static void pack_warning(struct pack *p, const struct warning *w)
{
    char form[2 * HASH_SIZE + 1];

    bytes_hex(w->form, HASH_SIZE, form);
    pack_map(p, 19);
    pack_text(p, "v");
    pack_number(p, EVENT_VERSION);
    pack_text(p, "number");
    pack_number(p, w->number);
    pack_day(p, "day", w->day);
    pack_member(p, "survey", w->survey);
    pack_member(p, "form", form);
    pack_text(p, "cell");
    pack_map(p, w->by_count);
    for (size_t i = 0; i < w->by_count; i++)
        pack_member(p, dimension_name(w->by[i]), w->cell[i]);
    pack_member(p, "construct", w->construct);
    pack_member(p, "item", w->item);
    pack_member(p, "chart", w->chart);
    pack_member(p, "direction", w->direction);
    pack_member(p, "severity", w->severity);
    pack_double(p, "statistic", w->statistic);
    pack_double(p, "limit", w->limit);
    pack_double(p, "value", w->value);
    pack_double(p, "expected", w->expected);
    pack_text(p, "n");
    pack_signed(p, w->n);
    pack_day(p, "since", w->since);
    pack_double(p, "agreement", w->agreement);
    pack_text(p, "stored_at");
    pack_signed(p, w->stored_at);
}

static void publish(void *ctx, const struct warning *w)
{
    struct watching *self = ctx;
    struct buffer out = {.data = NULL};
    struct pack p;

    log_event(LEVEL_WARN, "warning", "number=%llu survey=%s construct=%s",
              (unsigned long long)w->number, w->survey, w->construct);
    if (!self->publisher)
        return;
    pack_begin(&p, &out);
    pack_warning(&p, w);
    if (pack_end(&p) == ST_OK)
        publisher_send(self->publisher, "warning", &out);
    buffer_free(&out);
}

/* So that who lost the last one learns of it too. */
static void tell_last(struct watching *w, int64_t now)
{
    struct buffer out = {.data = NULL};
    struct pack p;

    if (now - w->told_at < LAST_MS && now >= w->told_at)
        return;
    w->told_at = now;
    pack_begin(&p, &out);
    pack_map(&p, 2);
    pack_text(&p, "v");
    pack_number(&p, EVENT_VERSION);
    pack_text(&p, "number");
    pack_number(&p, watch_last(w->watch));
    if (pack_end(&p) == ST_OK)
        publisher_send(w->publisher, "last", &out);
    buffer_free(&out);
}

/* ---- its life ---- */

enum status watching_turn(struct watching *w, struct engine *e, bool *more,
                          struct err *err)
{
    const int64_t now = now_ms();

    if (w->publisher) {
        publisher_turn(w->publisher);
        tell_last(w, now);
    }
    return watch_step(w->watch, e, now, more, err);
}

enum status watching_start(const struct watching_setup *setup,
                           struct watching **out, struct err *err)
{
    struct watching *w = calloc(1, sizeof *w);
    enum dimension by[DIMENSIONS];
    struct watch_plan plan = {.survey = setup->survey,
                              .by = by,
                              .false_alarms = setup->false_alarms,
                              .calendar =
                                  *setup->calendar ? setup->calendar : NULL,
                              .ledger = setup->ledger,
                              .every_ms = setup->every_s * 1000,
                              .webhooks = setup->webhooks,
                              .webhook_key = setup->webhook_key,
                              .give_up_ms = setup->give_up_days * 86400000,
                              .publish = publish,
                              .ctx = w};
    enum status st = ST_NOMEM;

    if (w)
        st = watch_dimensions(setup->by, by, &plan.by_count, err);
    randombytes_buf(&plan.seed, sizeof plan.seed);
    if (st == ST_OK)
        st = watch_new(&plan, &w->watch, err);
    if (st != ST_OK) {
        free(w);
        return st;
    }
    w->publisher = setup->publisher;
    *out = w;
    return ST_OK;
}

void watching_stop(struct watching **w)
{
    if (!*w)
        return;
    publisher_close(&(*w)->publisher);
    watch_free(&(*w)->watch);
    free(*w);
    *w = NULL;
}

void watching_clients(struct watching *w, struct clients *c)
{
    if (w->publisher)
        publisher_clients(w->publisher, c);
    else
        clients_free(&c);
}
