/* calls.c - messages on their way to Kannel, no more and no faster than it may
 * be. */
#include <sodium.h>

#include "collector/log.h"
#include "counters.h"
#include "state.h"

#define CALL_TIME_MS 30000

/* ---- the rate ---- */

/* A bucket of one second's messages. */
size_t calls_budget(struct sms *s)
{
    const double rate = (double)s->set->rate;
    size_t vacant = 0;

    if (s->now > s->tokens_at)
        s->tokens += (double)(s->now - s->tokens_at) * rate / 1000;
    s->tokens_at = s->now;
    if (s->tokens > rate)
        s->tokens = rate;
    for (size_t i = 0; i < CALLS_MAX; i++)
        vacant += s->calls[i].state == CALL_FREE;
    /* room for every outcome until it is on disk */
    vacant -= vacant < s->outcome_count ? vacant : s->outcome_count;
    return s->tokens < (double)vacant ? (size_t)s->tokens : vacant;
}

struct sms_call *calls_vacant(struct sms *s)
{
    size_t i = 0;

    while (i < CALLS_MAX && s->calls[i].state != CALL_FREE)
        i++;
    return i < CALLS_MAX ? &s->calls[i] : NULL;
}

/* ---- calls ---- */

static void clear(struct sms_call *c)
{
    if (c->url.len)
        sodium_memzero(c->url.data, c->url.len);
    c->url.len = 0;
    c->state = CALL_FREE;
}

static void note(struct sms *s, const struct sms_call *c,
                 enum call_result result, const char *word)
{
    static const enum sms_counter counters[] = {[CALL_ACCEPTED] = CALL_TAKEN,
                                                [CALL_NOT_SENT] = CALL_LATER,
                                                [CALL_REFUSED] = CALL_NEVER,
                                                [CALL_UNKNOWN] = CALL_UNSURE};
    struct sms_outcome *o;

    sms_count(counters[result]);
    if (c->aside || s->outcome_count == CALLS_MAX)
        return;
    o = &s->outcomes[s->outcome_count++];
    *o = (struct sms_outcome){.seq = c->seq, .result = result};
    memcpy(o->id, c->id, ID_SIZE);
    snprintf(o->word, sizeof o->word, "%s", word);
}

static void make(struct sms *s, struct sms_call *c)
{
    const struct fetch_request r = {.method = "GET",
                                    .url = (const char *)c->url.data,
                                    .timeout_ms = CALL_TIME_MS,
                                    .ctx = c};
    struct err err = {""};

    s->tokens--;
    c->state = CALL_MADE;
    if (fetch_send(s->fetch, &r, &err) == ST_OK)
        return;
    note(s, c, CALL_NOT_SENT, "fetch");
    clear(c);
}

static void make_aside(struct sms *s, const struct sms_aside *a)
{
    struct sms_call *c = calls_vacant(s);
    struct buffer text = {0};
    enum status st =
        phrase_say(s->phrases,
                   &(struct phrase_request){
                       .say = a->say, .language = a->language, .link = ""},
                   &text);

    c->url.len = 0;
    if (st == ST_OK)
        st = kannel_url(&s->kannel,
                        &(struct kannel_message){.to = a->number,
                                                 .text = (char *)text.data,
                                                 .len = text.len},
                        &c->url);
    buffer_free(&text);
    c->aside = true;
    if (st == ST_OK)
        make(s, c);
}

void calls_make(struct sms *s)
{
    size_t done = 0, budget;

    for (size_t i = 0; i < CALLS_MAX; i++)
        if (s->calls[i].state == CALL_PLANNED)
            make(s, &s->calls[i]);
    budget = calls_budget(s);
    while (done < s->aside_count && done < budget)
        make_aside(s, &s->asides[done++]);
    s->aside_count -= done;
    memmove(s->asides, s->asides + done, s->aside_count * sizeof *s->asides);
}

void calls_forget(struct sms *s)
{
    for (size_t i = 0; i < CALLS_MAX; i++)
        if (s->calls[i].state == CALL_PLANNED)
            clear(&s->calls[i]);
}

void calls_take(struct sms *s)
{
    struct fetch_answer a;
    int64_t under_way = 0;

    while (s->outcome_count < CALLS_MAX && fetch_next(s->fetch, &a)) {
        struct sms_call *c = a.ctx;
        const char *word;
        const enum call_result result = kannel_verdict(&a, &word);

        if (streq(word, "denied"))
            log_event(LEVEL_ERROR, "sendsms_denied", "code=%u", a.code);
        note(s, c, result, word);
        clear(c);
    }
    for (size_t i = 0; i < CALLS_MAX; i++)
        under_way += s->calls[i].state == CALL_MADE;
    metric_set(&sms_metrics[CALLS_UNDER_WAY], under_way);
}
