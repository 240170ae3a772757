/* visit.c - see visit.h: what was asked, and what is known of it. */
#include "visit.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store.h"

/* The collector measures the quarter of an hour by its own clock, from when it
 * had the answer: a correction offered in the last moment would come late. */
#define CORRECTION_MARGIN_MS 15000

static const char *const shows[SHOWS] = {
    [SHOW_FRONT] = "done",      [SHOW_FORM] = "form", [SHOW_REVIEW] = "review",
    [SHOW_PRIVACY] = "privacy", [SHOW_COPY] = "copy", [SHOW_DELETE] = "delete",
    [SHOW_STOP] = "stop"};

const char *show_word(enum show s)
{
    return shows[s];
}

/* ---- the request ---- */

static enum show read_show(const char *word)
{
    for (size_t i = 0; word && i < SHOWS; i++)
        if (streq(word, shows[i]))
            return (enum show)i;
    return SHOW_FRONT;
}

/* What does not fit is nothing that we ever wrote. */
static void copy_text(char *to, size_t size, const char *text)
{
    const size_t len = text ? strlen(text) : 0;

    memcpy(to, len < size && text ? text : "", len < size ? len : 0);
    to[len < size ? len : 0] = '\0';
}

enum status visit_read(struct visit *v, const struct http_request *request,
                       enum page_notice *refused)
{
    const char *size = http_query(request, "size");
    enum status st;

    copy_text(v->wish, sizeof v->wish, http_query(request, "lang"));
    copy_text(v->accept, sizeof v->accept,
              http_header(request, "Accept-Language"));
    v->large = size && streq(size, "large");
    page_language(NULL, v->wish, v->accept, v->language);
    v->show = read_show(http_query(request, "show"));
    copy_text(v->at, sizeof v->at, http_query(request, "at"));
    st = v->pass.door == DOOR_INVITED
             ? pass_invited(&v->web->token_key, request->rest, &v->pass)
             : pass_open(&v->web->token_key, request->rest, &v->pass);
    if (st != ST_OK)
        *refused = NOTICE_UNKNOWN;
    return st;
}

/* ---- what is known ---- */

/* The survey that the first form was of stays the one for this answer. */
static const struct survey *survey_of(const struct visit *v)
{
    const uint8_t *version = NULL;
    struct known_campaign c;

    if (v->noted) {
        version = v->slip.version;
    } else if (v->pass.door == DOOR_OPEN) {
        return known_newest(v->web->known, v->pass.survey);
    } else {
        c = known_campaign(v->web->known, v->pass.campaign);
        if (c.there)
            version = c.version;
        else if (v->told && v->standing.state != INVITATION_UNKNOWN)
            version = v->standing.version;
    }
    return version ? known_version(v->web->known, version) : NULL;
}

static void set_have(struct visit *v)
{
    memset(v->have, 0, sizeof v->have);
    if (!v->survey)
        return;
    for (size_t i = 0; i < v->survey->items; i++)
        v->have[i] = (v->noted && v->slip.have[i]) ||
                     (v->told && v->standing.items == v->survey->items &&
                      v->standing.have[i]);
}

enum status visit_load(struct visit *v, struct durable *table, struct err *err)
{
    const enum status st = slip_get(table, v->pass.id, &v->slip, err);

    if (st != ST_OK && st != ST_NOTFOUND)
        return st;
    v->noted = st == ST_OK;
    if (v->pass.door == DOOR_INVITED)
        v->told = standings_get(v->web->standings, v->pass.id, &v->standing);
    v->survey = survey_of(v);
    set_have(v);
    page_language(v->survey,
                  *v->wish || !v->told ? v->wish : v->standing.language,
                  v->accept, v->language);
    return ST_OK;
}

void visit_free(struct visit *v)
{
    free(v->filled);
    v->filled = NULL;
    buffer_free(&v->copy);
}

/* ---- what follows ---- */

bool visit_recent(const struct visit *v)
{
    return v->noted && v->slip.marks & SLIP_ANSWERED &&
           v->now - v->slip.answered_at < CORRECTION_MS;
}

int visit_minutes(const struct visit *v)
{
    const int64_t left =
        v->slip.answered_at + CORRECTION_MS - CORRECTION_MARGIN_MS - v->now;

    if (!visit_recent(v) || left <= 0 ||
        v->slip.marks & (SLIP_CORRECTED | SLIP_SCRUBBED))
        return 0;
    return (int)((left + 59999) / 60000);
}

const uint8_t *visit_answers(const struct visit *v)
{
    static const uint8_t none[ITEMS_MAX];

    return v->noted && v->survey && v->slip.items == v->survey->items
               ? v->slip.answers
               : none;
}

void visit_plan(const struct visit *v, struct page_plan *out)
{
    page_plan(v->survey, v->web->pages, visit_answers(v), v->have, out);
}

/* Answered by SMS, perhaps a part of it: the rest may follow here.  A comment
 * alone, which may stay empty, is no rest. */
static bool rest_is_open(const struct visit *v)
{
    static const uint8_t none[ITEMS_MAX];
    struct page_plan plan;

    if (!v->survey || v->standing.items != v->survey->items)
        return false;
    visit_plan(v, &plan);
    return page_open(v->survey, &plan, none) > 0;
}

/* What the collector's word means, while it is fresh enough to count. */
static bool told_otherwise(const struct visit *v, enum page_notice *notice)
{
    if (!v->told || v->now - v->standing.at >= STANDING_FRESH_MS)
        return false;
    switch (v->standing.state) {
    case INVITATION_UNKNOWN:
        *notice = NOTICE_UNKNOWN;
        return true;
    case INVITATION_CLOSED:
        *notice = NOTICE_CLOSED;
        return true;
    case INVITATION_EXPIRED:
        *notice = NOTICE_EXPIRED;
        return true;
    case INVITATION_ANSWERED:
        *notice = NOTICE_ANSWERED;
        return !rest_is_open(v);
    default:
        return false;
    }
}

bool visit_may_answer(const struct visit *v, enum page_notice *notice)
{
    const unsigned marks = v->noted ? v->slip.marks : 0;

    if (marks & SLIP_DELETED)
        *notice = NOTICE_DELETED;
    else if (marks & SLIP_STOPPED)
        *notice = NOTICE_STOPPED;
    else if (marks & SLIP_ANSWERED)
        *notice = NOTICE_ANSWERED;
    else if (v->now >= v->pass.expires)
        *notice = NOTICE_EXPIRED;
    else if (told_otherwise(v, notice))
        return false;
    else if (!v->survey)
        *notice = NOTICE_BUSY;
    else
        return true;
    return false;
}
