/* visit_write.c - see visit.h: what becomes of a POST.
 *
 * Everything is decided from the slip as it is within the transaction, so the
 * same form sent twice finds the second time what it did the first. */
#include <string.h>

#include "collector/log.h"
#include "counters.h"
#include "visit.h"

static enum status put(struct visit *v, struct clerk *d, bool *wrote,
                       struct err *err)
{
    *wrote = true;
    return slip_put(clerk_table(d), v->pass.id, &v->slip, err);
}

static void see(struct visit *v, enum show show)
{
    v->outcome = OUT_SEE;
    v->see = show;
}

static void see_screen(struct visit *v, const struct page_plan *plan,
                       size_t screen)
{
    const size_t item = page_first(v->survey, plan, screen);

    see(v, SHOW_FORM);
    if (item != SIZE_MAX)
        memcpy(v->see_at, v->survey->item[item].code, sizeof v->see_at);
}

static void tell(struct visit *v, enum page_notice n)
{
    v->outcome = OUT_NOTICE;
    v->notice = n;
}

static enum status add_event(struct visit *v, struct clerk *d,
                             enum event_kind kind, const char *text)
{
    struct wire_event e = {.kind = kind,
                           .at = v->now,
                           .channel = CHANNEL_WEB,
                           .text = text,
                           .text_len = text ? strlen(text) : 0};

    response_id(v->now, v->random, e.id);
    memcpy(e.invitation, v->pass.id, ID_SIZE);
    return clerk_event(d, &e);
}

/* ---- the customer's own ---- */

static void forget_answers(struct slip *s)
{
    memset(s->answers, 0, sizeof s->answers);
    memset(s->comment, 0, sizeof s->comment);
    s->items = s->comment_len = 0;
    s->marks &= (uint8_t)~SLIP_DRAFT;
}

static enum status take_back(struct visit *v, struct clerk *d, bool *wrote,
                             struct err *err)
{
    enum status st;

    see(v, SHOW_FRONT);
    if (v->noted && v->slip.marks & SLIP_DELETED)
        return ST_OK;
    if (!v->noted)
        memset(&v->slip, 0, sizeof v->slip);
    forget_answers(&v->slip);
    v->slip.marks = (uint8_t)((v->slip.marks & SLIP_STOPPED) | SLIP_DELETED);
    st = put(v, d, wrote, err);
    if (st == ST_OK)
        clerk_erase(d, v->pass.id);
    v->counts = &web_counters.deleted;
    return st;
}

static enum status stop(struct visit *v, struct clerk *d, bool *wrote,
                        struct err *err)
{
    enum status st;

    see(v, SHOW_FRONT);
    if (v->pass.door != DOOR_INVITED) {
        tell(v, NOTICE_BAD);
        return ST_OK;
    }
    if (v->noted && v->slip.marks & SLIP_STOPPED)
        return ST_OK;
    if (v->noted && v->slip.marks & SLIP_DELETED) {
        /* nobody knows any more whose link it was: do not pretend */
        tell(v, NOTICE_DELETED);
        return ST_OK;
    }
    if (!v->noted)
        memset(&v->slip, 0, sizeof v->slip);
    if (!(v->slip.marks & SLIP_ANSWERED))
        forget_answers(&v->slip);
    v->slip.marks |= SLIP_STOPPED;
    st = put(v, d, wrote, err);
    if (st == ST_OK)
        st = add_event(v, d, EVENT_OPT_OUT, "web");
    v->counts = &web_counters.stopped;
    return st;
}

/* ---- a form ---- */

static void begin(struct visit *v)
{
    const int64_t day = 24 * 60 * 60 * 1000;
    struct slip *s = &v->slip;

    memset(s, 0, sizeof *s);
    s->started_at =
        v->seen_at > v->now - day && v->seen_at <= v->now ? v->seen_at : v->now;
    memcpy(s->version, v->survey->version, HASH_SIZE);
    s->items = v->survey->items;
    memcpy(s->have, v->have, sizeof s->have);
    v->noted = true;
}

/* The fields of one screen; true: each of them is an answer, or need not be
 * one. */
static bool take_fields(struct visit *v, const struct page_plan *plan,
                        size_t screen)
{
    const struct filled *f = v->filled;
    const bool must =
        v->act != ACT_BACK && v->act != ACT_SAVE && v->act != ACT_TURN;
    struct slip *s = &v->slip;
    bool whole = true;

    memset(v->faulty, FAULT_NONE, sizeof v->faulty);
    for (size_t i = 0; i < v->survey->items; i++) {
        const bool text = v->survey->item[i].kind == ITEM_TEXT;

        if (plan->screen[i] != screen)
            continue;
        if (f->fault[i] == FAULT_NONE && text) {
            memcpy(s->comment, f->comment, f->comment_len + 1);
            s->comment_len = f->comment_len;
        } else if (f->fault[i] == FAULT_NONE) {
            s->answers[i] = f->answer[i];
        } else if (must && (f->fault[i] != FAULT_MISSING || !text)) {
            v->faulty[i] = f->fault[i];
            whole = false;
        }
    }
    return whole;
}

/* What is stored agrees with the filters, and the plan with what is stored. */
static void settle(struct visit *v, struct page_plan *plan)
{
    visit_plan(v, plan);
    page_prune(plan, v->survey->items, v->slip.answers);
    visit_plan(v, plan);
}

static enum status submit(struct visit *v, struct clerk *d, struct err *err)
{
    struct submission s;
    struct slip *slip = &v->slip;
    const bool again = slip->marks & SLIP_ANSWERED;
    enum status st;

    v->correcting = again;
    visit_response(v, v->given, &s);
    st = response_check(&s.response, v->survey, err);
    if (st == ST_OK)
        st = clerk_submit(d, v->survey, &s);
    if (st != ST_OK)
        return st;
    slip->marks &= (uint8_t)~SLIP_DRAFT;
    slip->marks |= again ? SLIP_CORRECTED : SLIP_ANSWERED;
    if (!again)
        slip->answered_at = v->now;
    v->counts =
        &web_counters.answers[again                          ? ANSWER_CORRECTION
                              : v->pass.door == DOOR_INVITED ? ANSWER_INVITED
                                                             : ANSWER_OPEN];
    see(v, SHOW_FRONT);
    return ST_OK;
}

/* The form was whole: what comes next. */
static enum status go_on(struct visit *v, struct clerk *d,
                         const struct page_plan *plan, size_t screen,
                         struct err *err)
{
    const size_t open = page_open(v->survey, plan, v->slip.answers);
    const size_t from = screen ? screen : plan->screens + 1;

    if (v->act == ACT_SAVE) {
        tell(v, NOTICE_SAVED);
    } else if (v->act == ACT_TURN && screen) {
        see_screen(v, plan, screen);
    } else if (v->act == ACT_BACK) {
        see_screen(v, plan, from > 1 ? from - 1 : 1);
    } else if (v->act == ACT_NEXT && screen && screen < plan->screens) {
        see_screen(v, plan, screen + 1);
    } else if (open) {
        see_screen(v, plan, open);
    } else if (v->act == ACT_SUBMIT) {
        return submit(v, d, err);
    } else {
        see(v, SHOW_REVIEW);
    }
    return ST_OK;
}

static enum status take_form(struct visit *v, struct clerk *d, bool *wrote,
                             struct err *err)
{
    const bool first = !v->noted;
    struct page_plan plan;
    size_t item, screen;
    bool whole = true;
    enum status st = ST_OK;

    if (v->filled && v->read_as != v->survey) {
        tell(v, NOTICE_BUSY); /* a newer version came in between */
        return ST_OK;
    }
    if (first)
        begin(v);
    visit_plan(v, &plan);
    item = *v->at ? survey_item(v->survey, v->at) : SIZE_MAX;
    screen = item == SIZE_MAX ? 0 : plan.screen[item];
    if (screen && v->filled)
        whole = take_fields(v, &plan, screen);
    settle(v, &plan);
    v->slip.marks |= SLIP_DRAFT;
    v->counts = &web_counters.drafts;
    if (whole) {
        st = go_on(v, d, &plan, screen, err);
    } else {
        v->outcome = OUT_FAULTY;
        memcpy(v->see_at, v->at, sizeof v->see_at);
    }
    if (st == ST_OK)
        st = put(v, d, wrote, err);
    v->started = first;
    if (st == ST_OK && first && v->pass.door == DOOR_INVITED)
        st = add_event(v, d, EVENT_STARTED, NULL);
    return st;
}

enum status visit_write(struct job *j, struct clerk *d, bool *wrote,
                        struct err *err)
{
    struct visit *v = (struct visit *)j;
    enum page_notice notice;
    enum status st = visit_load(v, clerk_table(d), err);

    v->counts = NULL;
    v->started = false;
    memset(v->see_at, 0, sizeof v->see_at);
    if (st != ST_OK)
        return st;
    if (v->act == ACT_DELETE)
        return take_back(v, d, wrote, err);
    if (v->act == ACT_STOP)
        return stop(v, d, wrote, err);
    if (visit_may_answer(v, &notice))
        return take_form(v, d, wrote, err);
    if (notice != NOTICE_ANSWERED) {
        tell(v, notice);
    } else if (v->correcting && v->survey && visit_minutes(v)) {
        return take_form(v, d, wrote, err);
    } else if (visit_recent(v)) {
        v->counts = &web_counters.answers[ANSWER_AGAIN];
        see(v, SHOW_FRONT);
    } else {
        tell(v, NOTICE_ANSWERED);
    }
    return ST_OK;
}
