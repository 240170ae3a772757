/* visit_doors.c - see web.h: the handlers of links and open surveys. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "collector/log.h"
#include "counters.h"
#include "visit.h"

#define COPY_MS 2000 /* to wait for the customer's own answers */

/* ---- as a job ---- */

/* Once a link was used what is here counts; the collector may know less. */
static bool wants_word(const struct visit *v)
{
    const unsigned used = SLIP_ANSWERED | SLIP_DELETED | SLIP_STOPPED;

    if (v->pass.door != DOOR_INVITED || v->now >= v->pass.expires ||
        (v->noted && v->slip.marks & used))
        return false;
    if (v->post)
        return !v->told && v->act != ACT_DELETE && v->act != ACT_STOP;
    return v->show <= SHOW_REVIEW &&
           !(v->told && v->now - v->standing.at < STANDING_FRESH_MS);
}

static bool wants_copy(const struct visit *v)
{
    return !v->post && v->show == SHOW_COPY;
}

static bool ask(struct job *j, struct question *q, int64_t *ms)
{
    const struct visit *v = (const struct visit *)j;

    q->id = v->pass.id;
    q->type = wants_copy(v) ? RIGHT_COPY : RIGHT_INVITATION;
    *ms = wants_copy(v) ? COPY_MS : v->web->settings->question_ms;
    return wants_copy(v) || wants_word(v);
}

static void told(struct job *j, enum status st, const uint8_t *frame,
                 size_t len)
{
    struct visit *v = (struct visit *)j;
    struct wire_invitation_state state;
    struct standing standing;
    enum reason reason;

    if (st == ST_OK && wants_copy(v)) {
        if (buffer_add(&v->copy, frame, len) != ST_OK)
            v->copy.len = 0;
    } else if (st == ST_OK &&
               wire_read_state(frame, len, &state, &reason) == ST_OK &&
               memcmp(state.invitation.id, v->pass.id, ID_SIZE) == 0) {
        standing_of(&state, v->now, &standing);
        standings_put(v->web->standings, &standing);
        if (standing.state != INVITATION_UNKNOWN)
            known_want(v->web->known, standing.survey, standing.version);
    } else if (!wants_copy(v)) {
        metric_add(&web_counters.unasked, 1);
    }
}

static enum status answer_get(struct job *j, enum status st,
                              struct http_answer *answer)
{
    struct visit *v = (struct visit *)j;
    struct err err;

    if (st == ST_OK)
        st = visit_load(v, clerk_table(j->clerk), &err);
    return st == ST_OK ? visit_show(v, answer)
                       : visit_notice(v, NOTICE_BUSY, answer);
}

static enum status answer_post(struct job *j, enum status st,
                               struct http_answer *answer)
{
    struct visit *v = (struct visit *)j;

    if (st != ST_OK) {
        metric_add(&web_counters.refused[REFUSED_BUSY], 1);
        return visit_notice(v, NOTICE_BUSY, answer);
    }
    if (v->counts)
        metric_add(v->counts, 1);
    metric_add(&web_counters.started, v->started);
    return visit_show(v, answer);
}

static void free_job(struct job *j)
{
    visit_free((struct visit *)j);
    free(j);
}

static const struct job_kind get_kind = {
    .ask = ask, .told = told, .answer = answer_get, .free = free_job};
static const struct job_kind post_kind = {.ask = ask,
                                          .told = told,
                                          .write = visit_write,
                                          .answer = answer_post,
                                          .free = free_job};

/* Takes what the visit owns, whatever becomes of it. */
static enum status defer(struct visit *v, const struct job_kind *kind,
                         const struct http_request *request,
                         struct http_answer *answer)
{
    struct visit *job = NULL;
    enum status st = ST_OK;

    if (clerk_full(v->web->clerk)) {
        metric_add(&web_counters.refused[REFUSED_BUSY], 1);
        st = visit_notice(v, NOTICE_BUSY, answer);
        visit_free(v);
        return st;
    }
    job = malloc(sizeof *job);
    if (job) {
        *job = *v;
        job->job.kind = kind;
        job->job.later = http_defer(request);
    }
    if (!job || !job->job.later) {
        free(job);
        visit_free(v);
        return ST_NOMEM;
    }
    if (!clerk_push(v->web->clerk, &job->job)) { /* it closed just now */
        struct http_answer busy = {.status = 200};

        if (visit_notice(v, NOTICE_BUSY, &busy) != ST_OK)
            busy.status = 503;
        http_reply(job->job.later, &busy);
        free_job(&job->job);
    }
    return st;
}

/* ---- requests ---- */

static enum status begin(struct web *web, enum door door,
                         const struct http_request *request, struct visit *v,
                         enum page_notice *refused)
{
    struct err err;
    enum status st;

    memset(v, 0, sizeof *v);
    v->web = web;
    v->pass.door = door;
    v->now = clock_now();
    st = visit_read(v, request, refused);
    if (st != ST_OK) {
        metric_add(&web_counters.refused[REFUSED_TOKEN], 1);
        return st;
    }
    return visit_load(v, web->reader, &err);
}

enum status visit_get(struct web *web, enum door door,
                      const struct http_request *request,
                      struct http_answer *answer)
{
    struct visit v;
    enum page_notice refused;
    enum status st = begin(web, door, request, &v, &refused);

    if (st == ST_INVALID)
        return visit_notice(&v, refused, answer);
    if (st != ST_OK)
        return visit_notice(&v, NOTICE_BUSY, answer);
    if (wants_copy(&v) && !pace_allows(web->pace, v.pass.id, v.now)) {
        metric_add(&web_counters.refused[REFUSED_PACE], 1);
        return visit_notice(&v, NOTICE_MANY, answer);
    }
    if ((wants_copy(&v) || wants_word(&v)) && clerk_up(web->clerk))
        return defer(&v, &get_kind, request, answer);
    return visit_show(&v, answer);
}

enum status visit_post(struct web *web, enum door door,
                       const struct http_request *request,
                       struct http_answer *answer)
{
    struct visit v;
    enum page_notice refused;
    enum status st = begin(web, door, request, &v, &refused);

    if (st == ST_INVALID)
        return visit_notice(&v, refused, answer);
    if (st != ST_OK)
        return visit_notice(&v, NOTICE_BUSY, answer);
    if (!pace_allows(web->pace, v.pass.id, v.now)) {
        metric_add(&web_counters.refused[REFUSED_PACE], 1);
        return visit_notice(&v, NOTICE_MANY, answer);
    }
    st = visit_fields(&v, request, &refused);
    if (st == ST_INVALID)
        return visit_notice(&v, refused, answer);
    if (st != ST_OK)
        return st;
    randombytes_buf(v.random, sizeof v.random);
    return defer(&v, &post_kind, request, answer);
}

enum status web_get_invited(void *ctx, const struct http_request *request,
                            struct http_answer *answer)
{
    return visit_get(ctx, DOOR_INVITED, request, answer);
}

enum status web_post_invited(void *ctx, const struct http_request *request,
                             struct http_answer *answer)
{
    return visit_post(ctx, DOOR_INVITED, request, answer);
}

enum status web_missing(void *ctx, const struct http_request *request,
                        struct http_answer *answer)
{
    struct web *web = ctx;
    struct visit v = {.web = web};

    if (streq(request->method, "GET") &&
        statics_answer(web->statics, request->path, answer)) {
        answer->status = 200;
        return ST_OK;
    }
    page_language(NULL, http_query(request, "lang"),
                  http_header(request, "Accept-Language"), v.language);
    return visit_notice(&v, NOTICE_MISSING, answer);
}
