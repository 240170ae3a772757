/* door.c - callbacks in. */
#include "door.h"

#include <sodium.h>
#include <stdlib.h>

#include "counters.h"
#include "kannel.h"

#define TEXT_BYTES_MAX 65536 /* 255 parts of 134 bytes are 34 170 */
#define CONNECTIONS    256

struct door {
    struct door_options o;
    struct http_route routes[3];
    struct http_server *http;
};

void sms_job_free(struct sms_job **j)
{
    if (*j)
        free((*j)->text);
    free(*j);
    *j = NULL;
}

void sms_job_done(struct sms_job **j, bool kept)
{
    struct http_answer answer = {.status = kept ? 200 : 503,
                                 .type = "text/plain; charset=utf-8"};

    if (!kept)
        sms_count(CALLBACKS_REFUSED);
    http_reply((*j)->later, &answer);
    sms_job_free(j);
}

/* An answer that ends the matter for Kannel, and sends nobody anything. */
static enum status shrug(struct http_answer *answer, enum sms_counter why)
{
    sms_count(why);
    answer->status = 200;
    answer->type = "text/plain; charset=utf-8";
    return ST_OK;
}

static enum status again(struct http_answer *answer)
{
    sms_count(CALLBACKS_REFUSED);
    answer->status = 503;
    answer->type = "text/plain; charset=utf-8";
    return ST_OK;
}

static enum status hand_over(struct door *d, const struct http_request *r,
                             struct sms_job *j, struct http_answer *answer)
{
    if (queue_full(d->o.jobs)) {
        sms_job_free(&j);
        return again(answer);
    }
    j->later = http_defer(r);
    if (!j->later) {
        sms_job_free(&j);
        return again(answer);
    }
    /* This thread alone pushes, so there is still room; it may have been
     * closed since. */
    if (!queue_push(d->o.jobs, j))
        sms_job_done(&j, false);
    return ST_OK;
}

/* ---- texts ---- */

static bool key_right(const struct door *d, const struct http_request *r)
{
    const char *given = http_query(r, "key");
    const size_t len = strlen(d->o.key);

    return len == 0 || (given && strlen(given) == len &&
                        sodium_memcmp(given, d->o.key, len) == 0);
}

/* The charset that a Content-Type names, or "". */
static void charset_of(const char *type, char out[32])
{
    const char *at = type ? strcasestr(type, "charset=") : NULL;
    size_t n = 0;

    if (at)
        at += strlen("charset=");
    if (at && *at == '"')
        at++;
    while (at && *at && !strchr("\"; ", *at) && n < 31)
        out[n++] = *at++;
    out[n] = '\0';
}

static enum status read_text(const struct http_request *r, struct sms_job *j)
{
    const char *query = http_query(r, "text");
    const char *charset = http_query(r, "cs");
    struct buffer text = {0};
    char of_body[32];
    enum status st;

    charset_of(http_header(r, "Content-Type"), of_body);
    if (streq(r->method, "GET")) /* what stands in a URL here is UTF-8 */
        st = kannel_decode("", query ? query : "", query ? strlen(query) : 0,
                           &text);
    else
        st = kannel_decode(charset && *charset ? charset : of_body, r->body,
                           r->body_len, &text);
    if (st == ST_OK)
        st = buffer_byte(&text, 0);
    if (st != ST_OK) {
        buffer_free(&text);
        return st;
    }
    j->len = text.len - 1;
    j->text = (char *)text.data;
    return ST_OK;
}

/* What names this message: Kannel's own name for it, else all that we know. */
static void name_message(const struct door *d, const struct http_request *r,
                         struct sms_job *j)
{
    const char *id = http_query(r, "id");
    const char *ts = http_query(r, "ts");
    crypto_generichash_state h;

    crypto_generichash_init(&h, d->o.mac->bytes, sizeof d->o.mac->bytes,
                            ID_SIZE);
    crypto_generichash_update(&h, (const void *)j->from, sizeof j->from);
    if (id && *id) {
        crypto_generichash_update(&h, (const void *)id, strlen(id));
    } else {
        crypto_generichash_update(&h, (const void *)j->to, sizeof j->to);
        if (ts)
            crypto_generichash_update(&h, (const void *)ts, strlen(ts) + 1);
        crypto_generichash_update(&h, (const void *)j->text, j->len);
    }
    crypto_generichash_final(&h, j->message, ID_SIZE);
}

static enum status take_text(void *ctx, const struct http_request *r,
                             struct http_answer *answer)
{
    struct door *d = ctx;
    const char *from = http_query(r, "from");
    const char *to = http_query(r, "to");
    const char *ts = http_query(r, "ts");
    struct sms_job *j;

    if (!key_right(d, r)) {
        /* a Kannel that was not told the key keeps the text meanwhile */
        sms_count(TEXT_FORGED);
        answer->status = 403;
        answer->type = "text/plain; charset=utf-8";
        return ST_OK;
    }
    if (!from || !to || strlen(from) >= sizeof j->from ||
        strlen(to) >= sizeof j->to)
        return shrug(answer, TEXT_BAD);
    j = calloc(1, sizeof *j);
    if (!j)
        return again(answer);
    j->kind = JOB_TEXT;
    snprintf(j->from, sizeof j->from, "%s", from);
    snprintf(j->to, sizeof j->to, "%s", to);
    if (ts && strlen(ts) < 12 && strspn(ts, "0123456789") == strlen(ts))
        j->at = strtoll(ts, NULL, 10) * 1000;
    if (read_text(r, j) != ST_OK) {
        sms_job_free(&j);
        return again(answer);
    }
    name_message(d, r, j);
    return hand_over(d, r, j, answer);
}

/* ---- reports ---- */

static enum status take_report(void *ctx, const struct http_request *r,
                               struct http_answer *answer)
{
    struct door *d = ctx;
    const char *name = http_query(r, "id");
    const char *mac = http_query(r, "mac");
    const char *bits = http_query(r, "s");
    const char *why = http_query(r, "why");
    struct sms_job *j = calloc(1, sizeof *j);
    enum sms_counter wrong = SMS_COUNTERS;

    if (!j)
        return again(answer);
    j->kind = JOB_REPORT;
    if (!name || !mac || !kannel_name(d->o.mac, name, mac, j->id, &j->seq))
        wrong = REPORT_FORGED;
    else if (!bits || kannel_report(bits, &j->report) != ST_OK)
        wrong = REPORT_BAD;
    if (wrong != SMS_COUNTERS) {
        sms_job_free(&j);
        return shrug(answer, wrong);
    }
    kannel_reason(why ? why : "", j->code);
    return hand_over(d, r, j, answer);
}

/* ---- life ---- */

static const char text_path[] = "/sms/mo", report_path[] = "/sms/dlr";

enum status sms_door_open(const struct door_options *o, struct door **out,
                          struct err *err)
{
    struct door *d = calloc(1, sizeof *d);
    enum status st;

    if (!d)
        return err_set(err, ST_NOMEM, "out of memory");
    d->o = *o;
    d->routes[0] =
        (struct http_route){"POST", text_path, take_text, d, TEXT_BYTES_MAX};
    d->routes[1] = (struct http_route){"GET", text_path, take_text, d, 0};
    d->routes[2] = (struct http_route){"GET", report_path, take_report, d, 0};
    st = http_start(
        &(struct http_options){.address = o->listen,
                               .loopback = *o->key == '\0',
                               .routes = d->routes,
                               .count = sizeof d->routes / sizeof *d->routes,
                               .connections = CONNECTIONS,
                               .deadline_ms = HTTP_DEADLINE_MS},
        &d->http, err);
    if (st == ST_OK)
        *out = d;
    else
        free(d);
    return st;
}

unsigned sms_door_port(const struct door *d)
{
    return http_port(d->http);
}

void sms_door_drain(struct door *d)
{
    http_drain(d->http);
}

void sms_door_close(struct door **d)
{
    if (!*d)
        return;
    http_stop(&(*d)->http);
    free(*d);
    *d = NULL;
}
