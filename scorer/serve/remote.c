/* remote.c - see scorer/remote.h. */
#include "scorer/remote.h"

#include <stdlib.h>
#include <time.h>

#include "collector/address.h"
#include "collector/link.h"
#include "collector/service.h"
#include "wire.h"

enum {
    CONNECT_MS = 10000,
    ANSWER_MS = 60000, /* without a word */
    BUSY_MS = 10000,   /* as long as one waits for a cube that is held */
    AGAIN_MS = 200,
    UNREAD = 2 * ANSWER_PARTS_MAX
};

struct remote {
    char *url;
    struct link *link;
    struct buffer frame;
    uint64_t asked;
};

bool place_served(const char *store)
{
    return strncmp(store, "tcp:", 4) == 0 || strncmp(store, "ipc:", 4) == 0;
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum status connect_to(struct remote *r, const struct engine_place *p,
                              struct err *err)
{
    struct key_pair key = {0};
    char server[KEY_TEXT + 1];
    const struct link_options link = {.url = r->url,
                                      .server_key = server,
                                      .key = &key,
                                      .peer = "scorer",
                                      .queue = UNREAD};
    enum status st = key_load(p->key, &key, err);

    if (st == ST_OK)
        st = key_load_public(p->server_key, server, err);
    if (st == ST_OK)
        st = service_sockets(err);
    if (st == ST_OK)
        st = link_open(&link, &r->link, err);
    explicit_bzero(&key, sizeof key);
    return st;
}

enum status remote_open(const struct engine_place *p, struct remote **out,
                        struct err *err)
{
    struct remote *r;
    enum status st;

    if (!address_legal(p->store, false))
        return err_set(err, ST_INVALID, "%s: not an address (tcp://HOST:PORT)",
                       p->store);
    if (!p->key || !p->server_key)
        return err_set(err, ST_INVALID, "%s: --key and --server-key are needed",
                       p->store);
    r = calloc(1, sizeof *r);
    if (!r || !(r->url = strdup(p->store)))
        st = ST_NOMEM;
    else
        st = connect_to(r, p, err);
    if (st == ST_OK)
        *out = r;
    else
        remote_close(&r);
    return st;
}

void remote_close(struct remote **r)
{
    if (!*r)
        return;
    link_close(&(*r)->link);
    buffer_free(&(*r)->frame);
    free((*r)->url);
    free(*r);
    *r = NULL;
}

/* Wait for news of the link, until `end` at most. */
static enum status wait_until(struct remote *r, int64_t end, struct err *err)
{
    const struct link_fds none = {NULL, 0};
    const int64_t left = end - now_ms();
    bool readable = false;
    enum status st = link_trouble(r->link, err);

    if (st == ST_OK && left > 0)
        st = link_wait(r->link, none, left < 100 ? left : 100, &readable, err);
    return st;
}

static enum status wait_for_link(struct remote *r, struct err *err)
{
    const int64_t end = now_ms() + CONNECT_MS;
    enum status st = ST_OK;

    while (st == ST_OK && !link_up(r->link)) {
        if (now_ms() >= end)
            return err_set(err, ST_IO, "%s: nobody answers there", r->url);
        st = wait_until(r, end, err);
    }
    return st;
}

static enum status take_answer(struct remote *r, uint64_t breaks,
                               struct answer_reader *a, struct err *err)
{
    int64_t end = now_ms() + ANSWER_MS;
    enum status st = ST_OK;

    while (st == ST_OK && !a->done) {
        const uint64_t part = a->part;

        st = link_take(r->link, &r->frame, err);
        if (st == ST_OK)
            st = answer_take(a, r->frame.data, r->frame.len, err);
        else if (st == ST_BUSY)
            st = wait_until(r, end, err);
        if (a->part != part)
            end = now_ms() + ANSWER_MS;
        if (st == ST_OK && !a->done && link_breaks(r->link) != breaks)
            st = err_set(err, ST_IO, "%s: the connection was lost", r->url);
        if (st == ST_OK && !a->done && now_ms() >= end)
            st = err_set(err, ST_BUSY, "%s: no answer in %d s", r->url,
                         ANSWER_MS / 1000);
    }
    return st;
}

static enum status ask_once(struct remote *r, const struct query_kind *k,
                            const struct query *q, struct answer_reader *a,
                            struct err *err)
{
    uint64_t breaks;
    enum status st;

    *a = (struct answer_reader){.ask = ++r->asked};
    r->frame.len = 0;
    st = question_write(a->ask, k, q, &r->frame, err);
    if (st == ST_OK)
        st = wait_for_link(r, err);
    if (st != ST_OK)
        return st;
    breaks = link_breaks(r->link);
    st = link_send(r->link, r->frame.data, r->frame.len, err);
    if (st == ST_BUSY)
        st = err_set(err, ST_IO, "%s: the connection was lost", r->url);
    if (st == ST_OK)
        st = take_answer(r, breaks, a, err);
    if (st == ST_OK)
        st = result_end(&a->result);
    return st;
}

enum status remote_ask(struct remote *r, const struct query_kind *k,
                       const struct query *q, struct result *out,
                       struct err *err)
{
    const struct timespec pause = {0, AGAIN_MS * 1000000L};
    const int64_t end = now_ms() + BUSY_MS;
    struct answer_reader a = {0};
    enum status st;

    while ((st = ask_once(r, k, q, &a, err)) == ST_BUSY &&
           a.trouble == TROUBLE_BUSY && now_ms() < end) {
        result_free(&a.result);
        nanosleep(&pause, NULL);
    }
    a.result.day = q->to;
    if (st == ST_OK)
        *out = a.result;
    else
        result_free(&a.result);
    return st;
}
