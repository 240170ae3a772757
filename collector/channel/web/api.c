/* api.c - see web.h: POST /v1/responses, for an app or a mini program.
 *
 * Whatever the document says, it comes by this channel and from the customer:
 * a key of this interface can submit as nobody else.  The same id again with
 * the same content is the same answer.  Errors are those of RFC 9457. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api_document.h"
#include "clock.h"
#include "counters.h"
#include "slip.h"
#include "web.h"

#define DESCRIBE_MS 2000

struct posting {
    struct job job; /* first */
    struct web *web;
    struct api_reading reading;
    struct buffer body;
    struct api_document document;
    struct api_problem problem; /* status 0: none */
    bool known;                 /* it was here before */
    char survey[SURVEY_CODE_MAX + 1];
    struct survey_name name; /* to be asked for; its code is "": nothing */
    enum status asked;
};

/* ---- answers ---- */

static const char *title_of(unsigned status)
{
    switch (status) {
    case 400:
        return "Not a JSON document";
    case 401:
        return "The API key is missing or not known";
    case 403:
        return "Not allowed";
    case 409:
        return "Another answer has this id";
    case 415:
        return "Not application/json";
    case 429:
        return "Too often";
    case 503:
        return "Not now";
    default:
        return "The document does not pass";
    }
}

static enum status finish(struct json **j, struct http_answer *answer)
{
    enum status st = json_end_buffer(j, &answer->body);

    return st == ST_OK ? buffer_byte(&answer->body, '\n') : st;
}

static enum status tell_problem(const struct api_problem *p,
                                struct http_answer *answer)
{
    enum status st = ST_OK;
    struct json *j;

    answer->status = p->status;
    answer->type = "application/problem+json";
    if (p->status == 401)
        st = http_answer_header(answer, "WWW-Authenticate", "Bearer");
    if (p->status == 503)
        st = http_answer_header(answer, "Retry-After", "5");
    if (st != ST_OK)
        return st;
    j = json_new();
    json_put_object(j, NULL);
    json_put_text(j, "type", "about:blank");
    json_put_text(j, "title", title_of(p->status));
    json_put_integer(j, "status", p->status);
    if (*p->detail.text)
        json_put_text(j, "detail", p->detail.text);
    if (*p->field)
        json_put_text(j, "field", p->field);
    json_close(j);
    return finish(&j, answer);
}

static enum status tell_kept(const struct posting *p,
                             struct http_answer *answer)
{
    struct json *j = json_new();
    char id[API_ID_TEXT];

    api_id_text(p->document.submission.response.id, id);
    answer->status = p->known ? 200 : 201;
    answer->type = "application/json";
    json_put_object(j, NULL);
    json_put_text(j, "id", id);
    json_put_text(j, "status", p->known ? "known" : "kept");
    json_close(j);
    return finish(&j, answer);
}

static enum status refuse(unsigned status, enum counted_refusal why,
                          struct http_answer *answer)
{
    const struct api_problem p = {.status = status};

    metric_add(&web_counters.refused[why], 1);
    return tell_problem(&p, answer);
}

/* ---- as a job ---- */

static bool ask(struct job *j, struct question *q, int64_t *ms)
{
    struct posting *p = (struct posting *)j;

    if (!*p->name.code)
        return false;
    q->type = RIGHT_DESCRIBE;
    q->survey = &p->name;
    *ms = DESCRIBE_MS;
    return true;
}

static void told(struct job *j, enum status st, const uint8_t *frame,
                 size_t len)
{
    struct posting *p = (struct posting *)j;
    struct wire_described described;
    enum reason reason;

    p->asked = st;
    if (st != ST_OK ||
        wire_read_survey(frame, len, &described, &reason) != ST_OK)
        return;
    p->asked = known_tell_survey(p->web->known, &described, true, NULL);
    known_follow(p->web->known, described.survey);
}

static void set_problem(struct posting *p, unsigned status, const char *field,
                        const char *detail)
{
    p->problem.status = status;
    (void)snprintf(p->problem.field, sizeof p->problem.field, "%s", field);
    (void)err_set(&p->problem.detail, ST_INVALID, "%s", detail);
}

/* The document had to wait for its survey. */
static enum status read_again(struct posting *p)
{
    const enum status st =
        api_document_read(&p->reading, (const char *)p->body.data, p->body.len,
                          &p->document, &p->problem);

    if (st == ST_NOTFOUND && p->asked == ST_REFUSED)
        set_problem(p, 422, "survey", "survey: there is no such survey");
    else if (st == ST_NOTFOUND)
        set_problem(p, 503, "survey", "survey: not known here yet");
    return st == ST_NOTFOUND ? ST_INVALID : st;
}

static enum status keep(struct posting *p, struct clerk *d, struct err *err)
{
    struct api_document *doc = &p->document;
    struct slip slip = {.marks = SLIP_ANSWERED | SLIP_SCRUBBED,
                        .started_at = p->reading.now,
                        .answered_at = p->reading.now};
    enum status st;

    memcpy(slip.version, doc->survey->version, HASH_SIZE);
    memcpy(slip.digest, doc->digest, ID_SIZE);
    st = slip_put(clerk_table(d), doc->submission.response.id, &slip, err);
    return st == ST_OK ? clerk_submit(d, doc->survey, &doc->submission) : st;
}

static enum status write_posting(struct job *j, struct clerk *d, bool *wrote,
                                 struct err *err)
{
    struct posting *p = (struct posting *)j;
    struct slip slip;
    enum status st = ST_OK;

    p->known = false;
    p->problem.status = 0;
    if (*p->name.code)
        st = read_again(p);
    if (st == ST_INVALID)
        return ST_OK;
    if (st == ST_OK)
        st = slip_get(clerk_table(d), p->document.submission.response.id, &slip,
                      err);
    if (st == ST_NOTFOUND) {
        *wrote = true;
        return keep(p, d, err);
    }
    if (st != ST_OK)
        return st;
    p->known = slip.marks & SLIP_ANSWERED &&
               memcmp(slip.digest, p->document.digest, ID_SIZE) == 0;
    if (!p->known)
        set_problem(p, 409, "id", "id: there is another answer of this id");
    return ST_OK;
}

static enum status answer_posting(struct job *j, enum status st,
                                  struct http_answer *answer)
{
    struct posting *p = (struct posting *)j;

    if (st != ST_OK)
        return refuse(503, REFUSED_BUSY, answer);
    if (p->problem.status) {
        metric_add(&web_counters.refused[REFUSED_JSON], 1);
        return tell_problem(&p->problem, answer);
    }
    metric_add(&web_counters.answers[p->known ? ANSWER_AGAIN : ANSWER_API], 1);
    return tell_kept(p, answer);
}

static void free_posting(struct job *j)
{
    struct posting *p = (struct posting *)j;

    buffer_free(&p->body);
    free(p);
}

static const struct job_kind posting_kind = {.ask = ask,
                                             .told = told,
                                             .write = write_posting,
                                             .answer = answer_posting,
                                             .free = free_posting};

/* ---- requests ---- */

static const struct api_key *key_of(const struct web *web,
                                    const struct http_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *told_as = http_header(request, "Authorization");

    if (!web->api_keys || !told_as ||
        strncasecmp(told_as, scheme, sizeof scheme - 1) != 0)
        return NULL;
    return api_keys_find(web->api_keys, told_as + sizeof scheme - 1);
}

static bool is_json(const struct http_request *request)
{
    static const char type[] = "application/json";
    const char *told_as = http_header(request, "Content-Type");

    return told_as && strncasecmp(told_as, type, sizeof type - 1) == 0 &&
           strchr("; ", told_as[sizeof type - 1]);
}

/* Takes the posting. */
static enum status defer(struct posting *p, const struct http_request *request)
{
    p->job.kind = &posting_kind;
    p->job.later = http_defer(request);
    if (!p->job.later) {
        free_posting(&p->job);
        return ST_NOMEM;
    }
    if (!clerk_push(p->web->clerk, &p->job)) { /* it closed just now */
        struct http_answer busy = {.status = 200};

        if (refuse(503, REFUSED_BUSY, &busy) != ST_OK)
            busy.status = 503;
        http_reply(p->job.later, &busy);
        free_posting(&p->job);
    }
    return ST_OK;
}

static enum status take(struct posting *p, const struct http_request *request,
                        struct http_answer *answer)
{
    enum status st =
        api_document_read(&p->reading, (const char *)request->body,
                          request->body_len, &p->document, &p->problem);

    if (st == ST_INVALID) {
        metric_add(
            &web_counters.refused[p->problem.status == 403 ? REFUSED_KEY
                                                           : REFUSED_JSON],
            1);
        st = tell_problem(&p->problem, answer);
        free_posting(&p->job);
        return st;
    }
    if (st == ST_NOTFOUND) {
        memcpy(p->survey, p->document.survey_code, sizeof p->survey);
        p->name.code = p->survey;
        st = buffer_add(&p->body, request->body, request->body_len);
    }
    if (st != ST_OK) {
        free_posting(&p->job);
        return st;
    }
    return defer(p, request);
}

enum status web_post_response(void *ctx, const struct http_request *request,
                              struct http_answer *answer)
{
    struct web *web = ctx;
    const struct api_key *key = key_of(web, request);
    struct posting *p;

    if (!key)
        return refuse(401, REFUSED_KEY, answer);
    if (!is_json(request))
        return refuse(415, REFUSED_JSON, answer);
    if (clerk_full(web->clerk))
        return refuse(503, REFUSED_BUSY, answer);
    p = calloc(1, sizeof *p);
    if (!p)
        return ST_NOMEM;
    p->web = web;
    p->name.code = "";
    p->reading = (struct api_reading){.key = key,
                                      .known = web->known,
                                      .codes = web->codes,
                                      .now = clock_now()};
    randombytes_buf(p->reading.random, sizeof p->reading.random);
    return take(p, request, answer);
}
