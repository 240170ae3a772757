/* fetch.c - see collector/fetch.h.  The one file that knows libcurl.
 *
 * Each request under way has a slot with its handle and room for its answer,
 * all made at the start.  A slot goes round: idle, asked, under way (with the
 * thread alone), answered, idle; between threads it passes through a queue.
 *
 * libcurl sends a request again by itself when a kept connection turns out to
 * have died under it.  The other side may have done its work before it died,
 * so the second time is stopped just before it is sent; the same hook tells
 * whether anything was sent at all.
 */
#include "collector/fetch.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/queue.h"

#define KEPT_SECONDS 5L /* a connection that is idle for longer is not used */
#define POLL_MS      1000

struct slot {
    CURL *easy;
    struct curl_slist *headers;
    int sent; /* how often it was about to be */
    bool cut; /* the answer was longer than we take */
    struct fetch_answer answer;
};

struct fetch {
    CURLM *multi;
    size_t count;
    struct slot *slot;
    struct queue *idle, *asked, *answered;
    _Atomic bool stop;
    bool runs;
    pthread_t thread;
};

/* There are as many places in each queue as slots. */
static void put(struct queue *q, struct slot *s)
{
    const bool placed = queue_push(q, s);

    assert(placed);
}

/* ---- what libcurl calls ---- */

static int before_sending(void *slot, char *remote, char *local,
                          int remote_port, int local_port)
{
    struct slot *s = slot;

    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    return s->sent++ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static size_t take_body(char *data, size_t one, size_t len, void *slot)
{
    struct slot *s = slot;
    struct fetch_answer *a = &s->answer;
    const size_t room = FETCH_BODY_MAX - a->body_len;
    const size_t take = len < room ? len : room;

    (void)one; /* is 1 */
    memcpy(a->body + a->body_len, data, take);
    a->body_len += take;
    s->cut = take < len;
    return take; /* less than it gave ends the transfer */
}

/* ---- the thread ---- */

static void finish(struct fetch *f, struct slot *s, CURLcode rc)
{
    struct fetch_answer *a = &s->answer;
    long code = 0;

    (void)curl_multi_remove_handle(f->multi, s->easy);
    (void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &code);
    if (rc == CURLE_OK || (rc == CURLE_WRITE_ERROR && s->cut))
        a->status = ST_OK;
    else
        a->status = s->sent ? ST_IO : ST_BUSY;
    a->code = a->status == ST_OK ? (unsigned)code : 0;
    if (a->status != ST_OK)
        a->body_len = 0;
    a->body[a->body_len] = '\0';
    put(f->answered, s);
}

static void finish_all(struct fetch *f)
{
    CURLMsg *m;
    int left;

    while ((m = curl_multi_info_read(f->multi, &left)) != NULL) {
        struct slot *s = NULL;

        (void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s);
        finish(f, s, m->data.result);
    }
}

static void *run(void *arg)
{
    struct fetch *f = arg;
    struct slot *s;
    int busy;

    while (!atomic_load(&f->stop)) {
        while ((s = queue_pop(f->asked, 0)) != NULL)
            if (curl_multi_add_handle(f->multi, s->easy) != CURLM_OK)
                finish(f, s, CURLE_OUT_OF_MEMORY);
        (void)curl_multi_perform(f->multi, &busy);
        finish_all(f);
        (void)curl_multi_poll(f->multi, NULL, 0, POLL_MS, NULL);
    }
    return NULL;
}

/* ---- asking ---- */

static bool is_web_url(const char *text)
{
    CURLU *url = curl_url();
    char *scheme = NULL;
    bool ok = url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
              curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK;

    ok = ok &&
         (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);
    curl_free(scheme);
    curl_url_cleanup(url);
    return ok;
}

/* No waiting for leave to send a body, and no claim to be a form. */
static bool set_headers(struct slot *s, const char *const *headers)
{
    struct curl_slist *more = curl_slist_append(NULL, "Expect:");

    s->headers = more;
    if (more)
        more = curl_slist_append(more, "Content-Type:");
    for (; more && headers && *headers; headers++)
        more = curl_slist_append(s->headers, *headers);
    return more && curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers) ==
                       CURLE_OK;
}

static bool set_body(CURL *c, const struct fetch_request *r)
{
    if (streq(r->method, "GET"))
        return curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    return curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t)r->body_len) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS,
                            r->body_len ? r->body : "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method) == CURLE_OK;
}

/* Neither proxies of the environment nor other protocols nor redirects: it goes
 * where it was told to go. */
static bool set_up(struct slot *s, const struct fetch_request *r)
{
    CURL *c = s->easy;

    curl_easy_reset(c);
    curl_slist_free_all(s->headers);
    s->headers = NULL;
    s->sent = 0;
    s->cut = false;
    s->answer.ctx = r->ctx;
    s->answer.body_len = 0;
    return set_headers(s, r->headers) && set_body(c, r) &&
           curl_easy_setopt(c, CURLOPT_URL, r->url) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, KEPT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, before_sending) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PREREQDATA, s) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, s) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PRIVATE, s) == CURLE_OK;
}

/* The URL may hold a number and a text: no message repeats it. */
enum status fetch_send(struct fetch *f, const struct fetch_request *r,
                       struct err *err)
{
    struct slot *s;

    assert(r->timeout_ms > 0);
    if (!is_web_url(r->url))
        return err_set(err, ST_INVALID, "not a URL of http or https");
    s = queue_pop(f->idle, 0);
    if (!s)
        return err_set(err, ST_BUSY, "%zu requests are under way", f->count);
    if (!set_up(s, r)) {
        put(f->idle, s);
        return err_set(err, ST_NOMEM, "out of memory");
    }
    put(f->asked, s);
    (void)curl_multi_wakeup(f->multi);
    return ST_OK;
}

int fetch_fd(const struct fetch *f)
{
    return queue_fd(f->answered);
}

bool fetch_next(struct fetch *f, struct fetch_answer *out)
{
    struct slot *s = queue_pop(f->answered, 0);

    if (!s)
        return false;
    *out = s->answer;
    put(f->idle, s);
    return true;
}

/* ---- begin and end ---- */

static CURLcode global;

static void start_library(void)
{
    global = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static enum status make_slots(struct fetch *f, size_t parallel)
{
    enum status st = queue_new(parallel, &f->idle);

    if (st == ST_OK)
        st = queue_new(parallel, &f->asked);
    if (st == ST_OK)
        st = queue_new(parallel, &f->answered);
    f->slot = st == ST_OK ? calloc(parallel, sizeof *f->slot) : NULL;
    if (!f->slot)
        return st == ST_OK ? ST_NOMEM : st;
    f->count = parallel;
    for (size_t i = 0; i < parallel; i++) {
        f->slot[i].easy = curl_easy_init();
        if (!f->slot[i].easy)
            return ST_NOMEM;
        put(f->idle, &f->slot[i]);
    }
    return ST_OK;
}

enum status fetch_new(size_t parallel, struct fetch **out, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct fetch *f = calloc(1, sizeof *f);
    enum status st;

    assert(parallel > 0);
    (void)pthread_once(&once, start_library);
    if (!f)
        return err_set(err, ST_NOMEM, "out of memory");
    f->multi = global == CURLE_OK ? curl_multi_init() : NULL;
    st = f->multi ? make_slots(f, parallel) : ST_NOMEM;
    if (st == ST_OK && pthread_create(&f->thread, NULL, run, f) != 0)
        st = ST_IO;
    f->runs = st == ST_OK;
    if (st == ST_OK)
        *out = f;
    else
        fetch_free(&f);
    return st == ST_OK ? st : err_set(err, st, "libcurl can not be started");
}

void fetch_free(struct fetch **f)
{
    struct fetch *gone = *f;

    *f = NULL;
    if (!gone)
        return;
    atomic_store(&gone->stop, true);
    if (gone->runs) {
        (void)curl_multi_wakeup(gone->multi);
        pthread_join(gone->thread, NULL);
    }
    for (size_t i = 0; i < gone->count; i++) {
        if (gone->slot[i].easy)
            (void)curl_multi_remove_handle(gone->multi, gone->slot[i].easy);
        curl_easy_cleanup(gone->slot[i].easy);
        curl_slist_free_all(gone->slot[i].headers);
    }
    curl_multi_cleanup(gone->multi);
    queue_free(&gone->idle);
    queue_free(&gone->asked);
    queue_free(&gone->answered);
    free(gone->slot);
    free(gone);
}
