/* talk_heard.c - the customer's side of a conversation: what an answer does. */
#include "talk_state.h"

/* ---- filters and variants ---- */

static bool holds(const struct talk *t, const struct survey *s,
                  const struct condition *when, size_t count)
{
    for (size_t c = 0; c < count; c++) {
        const uint8_t stored = t->answers[when[c].item];
        bool found = false;

        for (size_t v = 0; v < when[c].count && stored; v++)
            found |=
                when[c].values[v] == s->item[when[c].item].min + stored - 1;
        if (!found)
            return false;
    }
    return true;
}

static const struct texts *wording(const struct talk *t, const struct survey *s,
                                   const struct item *it)
{
    for (size_t v = 0; v < it->variants; v++)
        if (holds(t, s, it->variant[v].when, it->variant[v].conditions))
            return &it->variant[v].text;
    return it->variants ? NULL : &it->text;
}

size_t talk_next(const struct talk *t, const struct survey *s, size_t from)
{
    for (size_t step = from; step < s->shorts; step++) {
        const size_t i = s->shortlist[step];
        const struct item *it = &s->item[i];

        if (t->answers[i] == 0 && holds(t, s, it->when, it->conditions) &&
            wording(t, s, it))
            return step;
    }
    return s->shorts;
}

const struct item *talk_item(const struct talk *t, const struct survey *s)
{
    if (t->web || t->phase == TALK_WAITING || t->step >= s->shorts ||
        t->answers[s->shortlist[t->step]])
        return NULL;
    return &s->item[s->shortlist[t->step]];
}

const char *talk_question(const struct talk *t, const struct survey *s,
                          const char *language)
{
    const struct texts *text = NULL;

    if (t->step < s->shorts)
        text = wording(t, s, &s->item[s->shortlist[t->step]]);
    return text ? texts_in(text, language) : "";
}

void talk_place(const struct talk *t, const struct survey *s, unsigned *place,
                unsigned *of)
{
    *place = *of = 0;
    for (size_t i = 0; i < s->shorts; i++)
        if (s->item[s->shortlist[i]].conditions)
            return;
    *place = t->step + 1u;
    *of = (unsigned)s->shorts;
}

/* ---- what a text does ---- */

static void once(bool *told, struct talk_deed *deed, enum event_kind kind)
{
    if (!*told)
        deed->events |= 1u << kind;
    *told = true;
}

static void keep(struct talk *t, const struct survey *s,
                 const struct talk_text *in, struct talk_deed *deed)
{
    const size_t between = t->comment_len ? 1 : 0;

    /* a survey without a text item has no place for words */
    if (s->comment == SIZE_MAX || in->len == 0 ||
        t->comment_len + between + in->len > COMMENT_MAX)
        return;
    if (between)
        t->comment[t->comment_len++] = '\n';
    memcpy(t->comment + t->comment_len, in->text, in->len);
    t->comment_len = (uint16_t)(t->comment_len + in->len);
    deed->kept = true;
}

static void put(struct talk *t, const struct survey *s, size_t item,
                uint8_t stored, struct talk_deed *deed)
{
    static const char code[] = "REP2";

    t->answers[item] = stored;
    if (streq(s->item[item].code, code) && s->item[item].min + stored - 1 == 2)
        once(&t->told_not_fixed, deed, EVENT_NOT_FIXED);
}

/* The repair did not help: that answers REP2, whose 2 opens the ticket again,
 * whether it was asked or not. */
static void not_fixed(struct talk *t, const struct survey *s,
                      struct talk_deed *deed)
{
    const size_t i = survey_item(s, "REP2");

    once(&t->told_not_fixed, deed, EVENT_NOT_FIXED);
    if (i != SIZE_MAX && t->answers[i] == 0 && s->item[i].min <= 2 &&
        s->item[i].max >= 2)
        t->answers[i] = (uint8_t)(2 - s->item[i].min + 1);
}

static void advance(struct talk *t, const struct survey *s, int64_t at,
                    struct talk_deed *deed)
{
    t->again = 0;
    t->reminded = false;
    t->step = (uint8_t)talk_next(t, s, t->step + 1u);
    if (t->step < s->shorts) {
        talk_say(t, SAY_QUESTION, at);
        return;
    }
    deed->submit = deed->ended = true;
    t->phase = TALK_OVER;
    t->end = END_COMPLETE;
    t->ended_at = at;
    talk_say(t, SAY_THANKS, at);
}

/* Taken while its question is open. */
static void take(struct talk *t, const struct survey *s,
                 const struct talk_rules *rules, const struct talk_text *in,
                 struct talk_deed *deed)
{
    const struct item *it = talk_item(t, s);
    const struct reply *r = in->reply;

    if (r->kind == REPLY_COMMENT || r->words)
        keep(t, s, in, deed);
    if (it && (r->kind == REPLY_ANSWER || r->kind == REPLY_MISSING)) {
        if (r->kind == REPLY_ANSWER)
            put(t, s, s->shortlist[t->step], r->stored, deed);
        t->last_at = in->at;
        advance(t, s, in->at, deed);
    } else if (!it && !t->web) {
        /* words have just answered what was asked */
        t->last_at = in->at;
        advance(t, s, in->at, deed);
    } else if (r->kind == REPLY_COMMENT) {
        t->last_at = deed->kept ? in->at : t->last_at;
        if (!t->noted)
            talk_say(t, t->web ? SAY_LINK : SAY_NOTED, in->at);
        t->noted = true;
    } else if (t->again < rules->again_max && !t->web) {
        t->again++;
        talk_say(t, SAY_AGAIN, in->at);
    } else if (t->web && !t->noted) {
        t->noted = true;
        talk_say(t, SAY_LINK, in->at);
    }
}

/* Taken after the end: kept, marked, and answered with one text. */
static void take_late(struct talk *t, const struct survey *s,
                      const struct talk_text *in, struct talk_deed *deed)
{
    const bool unfinished =
        t->end == END_PARTIAL || t->end == END_SILENT || t->end == END_FAILED;
    const struct item *it = talk_item(t, s);
    const struct reply *r = in->reply;

    if (t->end == END_OPTED_OUT)
        return; /* who wants silence gets it */
    if (unfinished && (r->kind == REPLY_COMMENT || r->words))
        keep(t, s, in, deed);
    if (unfinished && it && r->kind == REPLY_ANSWER) {
        put(t, s, s->shortlist[t->step], r->stored, deed);
        t->step = (uint8_t)s->shorts; /* the next was never asked */
        deed->kept = true;
    }
    if (deed->kept) {
        t->last_at = in->at;
        deed->submit = true;
        deed->late = in->at > t->ended_at;
    }
    if (!t->told_over)
        deed->aside = SAY_OVER;
    t->told_over = true;
}

void talk_heard(struct talk *t, const struct survey *s,
                const struct talk_rules *rules, const struct talk_text *in,
                struct talk_deed *deed)
{
    if (t->phase == TALK_WAITING)
        return;
    if (t->heard == in->hash && t->heard_at == t->step) {
        deed->repeated = true;
        return;
    }
    t->heard = in->hash;
    t->heard_at = t->step;
    if (t->phase == TALK_OPEN && t->out == OUT_DUE && t->say == SAY_QUESTION) {
        /* nobody has seen this question: what came is no answer to it */
        deed->early = true;
        t->heard = 0;
    } else {
        once(&t->told_started, deed, EVENT_STARTED);
        if (t->out == OUT_CALLED)
            talk_sent(t, in->at, deed);
    }
    if (in->reply->escalate)
        once(&t->told_escalate, deed, EVENT_ESCALATE);
    if (in->reply->not_fixed)
        not_fixed(t, s, deed);
    if (t->phase == TALK_OVER)
        take_late(t, s, in, deed);
    else if (deed->early &&
             (in->reply->kind == REPLY_COMMENT || in->reply->words))
        keep(t, s, in, deed);
    else if (!deed->early)
        take(t, s, rules, in, deed);
}
