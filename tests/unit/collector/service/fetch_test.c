/* fetch_test.c - asking another machine, and what is known when it fails.
 *
 * The other side is our own HTTP server, or a socket that misbehaves. */
#include "collector/fetch.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/http.h"
#include "raw_http.h"

/* ---- the other side ---- */

static struct http_later *held;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static enum status echo(void *ctx, const struct http_request *r,
                        struct http_answer *a)
{
    const char *own = http_header(r, "X-Own");
    const char *expect = http_header(r, "Expect");
    const char *type = http_header(r, "Content-Type");
    char text[512];

    (void)ctx;
    snprintf(text, sizeof text, "%s %s?q=%s own=%s expect=%s type=%s body=%.*s",
             r->method, r->path, http_query(r, "q") ? http_query(r, "q") : "-",
             own ? own : "-", expect ? expect : "-", type ? type : "-",
             (int)r->body_len, (const char *)r->body);
    a->status = http_query(r, "fail") ? 503 : 202;
    return buffer_add(&a->body, text, strlen(text));
}

static enum status hold(void *ctx, const struct http_request *r,
                        struct http_answer *a)
{
    (void)ctx;
    (void)a;
    pthread_mutex_lock(&lock);
    held = http_defer(r);
    pthread_mutex_unlock(&lock);
    return held ? ST_OK : ST_NOMEM;
}

static enum status send_much(void *ctx, const struct http_request *r,
                             struct http_answer *a)
{
    const size_t len = *(const size_t *)ctx;
    const enum status st = buffer_reserve(&a->body, len);

    (void)r;
    if (st == ST_OK) {
        memset(a->body.data, 'm', len);
        a->body.len = len;
    }
    return st;
}

static enum status redirect(void *ctx, const struct http_request *r,
                            struct http_answer *a)
{
    (void)ctx;
    (void)r;
    a->status = 302;
    return http_answer_header(a, "Location", "/echo");
}

static size_t just = FETCH_BODY_MAX, more = FETCH_BODY_MAX + 1, much = 8 << 20;
static const struct http_route routes[] = {
    {"GET", "/echo", echo, NULL, 0},
    {"POST", "/echo", echo, NULL, 4096},
    {"PUT", "/echo", echo, NULL, 4096},
    {"GET", "/hold", hold, NULL, 0},
    {"GET", "/just", send_much, &just, 0},
    {"GET", "/more", send_much, &more, 0},
    {"GET", "/much", send_much, &much, 0},
    {"GET", "/redirect", redirect, NULL, 0},
};

static struct http_server *server;
static unsigned port;

static int start(void **state)
{
    const struct http_options o = {.address = "127.0.0.1:0",
                                   .loopback = true,
                                   .routes = routes,
                                   .count = sizeof routes / sizeof *routes,
                                   .connections = 64,
                                   .deadline_ms = 10000};
    struct err err;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    if (http_start(&o, &server, &err) != ST_OK)
        return -1;
    port = http_port(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

/* ---- asking ---- */

static enum status send_to(struct fetch *f, unsigned at, const char *path,
                           int timeout_ms, void *ctx)
{
    char url[256];
    const struct fetch_request r = {
        .method = "GET", .url = url, .timeout_ms = timeout_ms, .ctx = ctx};
    struct err err;

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", at, path);
    return fetch_send(f, &r, &err);
}

static struct fetch_answer *next(struct fetch *f)
{
    static struct fetch_answer a;
    struct pollfd ready = {.fd = fetch_fd(f), .events = POLLIN};

    assert_int_equal(poll(&ready, 1, 10000), 1);
    assert_true(fetch_next(f, &a));
    return &a;
}

static struct fetch *fresh(size_t parallel)
{
    struct fetch *f = NULL;
    struct err err;

    assert_int_equal(fetch_new(parallel, &f, &err), ST_OK);
    return f;
}

static void test_requests(void **state)
{
    static const char *const headers[] = {"X-Own: 满", "Content-Type: a/b",
                                          NULL};
    struct fetch *f = fresh(2);
    struct fetch_request r = {.method = "POST",
                              .headers = headers,
                              .body = "a=b\0c",
                              .body_len = 5,
                              .timeout_ms = 5000,
                              .ctx = &r};
    struct fetch_answer *a;
    struct err err;
    char url[128];

    (void)state;
    assert_false(fetch_next(f, &(struct fetch_answer){.ctx = NULL}));
    snprintf(url, sizeof url, "http://127.0.0.1:%u/echo?q=1", port);
    r.url = url;
    assert_int_equal(fetch_send(f, &r, &err), ST_OK);
    a = next(f);
    assert_int_equal(a->status, ST_OK);
    assert_int_equal(a->code, 202);
    assert_ptr_equal(a->ctx, &r);
    assert_string_equal(a->body,
                        "POST /echo?q=1 own=满 expect=- type=a/b body=a=b");
    r.method = "PUT";
    r.body_len = 0;
    r.headers = NULL;
    assert_int_equal(fetch_send(f, &r, &err), ST_OK);
    assert_string_equal(next(f)->body,
                        "PUT /echo?q=1 own=- expect=- type=- body=");
    assert_int_equal(send_to(f, port, "/echo?fail&q=%41", 5000, f), ST_OK);
    a = next(f);
    assert_int_equal(a->status, ST_OK);
    assert_int_equal(a->code, 503);
    assert_ptr_equal(a->ctx, f);
    assert_string_equal(a->body, "GET /echo?q=A own=- expect=- type=- body=");
    assert_int_equal(send_to(f, port, "/redirect", 5000, NULL), ST_OK);
    a = next(f);
    assert_int_equal(a->code, 302); /* and not where it points to */
    assert_int_equal(a->body_len, 0);
    fetch_free(&f);
    assert_null(f);
    fetch_free(&f);
}

static void test_long_answers(void **state)
{
    struct fetch *f = fresh(1);
    const char *const paths[] = {"/just", "/more", "/much", "/echo"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct fetch_answer *a;

        assert_int_equal(send_to(f, port, paths[i], 5000, NULL), ST_OK);
        a = next(f);
        assert_int_equal(a->status, ST_OK);
        assert_int_equal(a->code, i < 3 ? 200 : 202);
        if (i < 3)
            assert_int_equal(a->body_len, FETCH_BODY_MAX);
        assert_int_equal(strlen(a->body), a->body_len);
    }
    fetch_free(&f);
}

static void test_bad_urls(void **state)
{
    static const char *const urls[] = {
        "",           "127.0.0.1",    "ftp://127.0.0.1/", "file:///etc/passwd",
        "http://",    "http://?",     "gopher://a/",      "http://a b/",
        "http://a\n", "javascript:1", "http://[::1",      "http://a:99999/",
    };
    struct fetch *f = fresh(1);

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const struct fetch_request r = {
            .method = "GET", .url = urls[i], .timeout_ms = 1000};
        struct err err;

        if (fetch_send(f, &r, &err) != ST_INVALID)
            fail_msg("%s was taken", urls[i]);
    }
    fetch_free(&f);
}

/* ---- what is known when it fails ---- */

/* A socket that listens; *at is its port. */
static int listen_raw(unsigned *at)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (const void *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (void *)&name, &len), 0);
    *at = ntohs(name.sin_port);
    return fd;
}

static void test_nobody_there(void **state)
{
    struct fetch *f = fresh(2);
    struct err err;
    const struct fetch_request name = {
        .method = "GET", .url = "http://nobody.invalid/", .timeout_ms = 5000};
    struct fetch_request plain = {.method = "GET", .timeout_ms = 2000};
    struct fetch_answer *a;
    char url[64];
    unsigned at;
    int fd = listen_raw(&at);

    (void)state;
    close(fd); /* the port is free again */
    assert_int_equal(send_to(f, at, "/", 2000, &at), ST_OK);
    a = next(f);
    assert_int_equal(a->status, ST_BUSY);
    assert_int_equal(a->code, 0);
    assert_ptr_equal(a->ctx, &at);
    assert_int_equal(fetch_send(f, &name, &err), ST_OK);
    assert_int_equal(next(f)->status, ST_BUSY);
    /* one that does not speak TLS was told nothing */
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", port);
    plain.url = url;
    assert_int_equal(fetch_send(f, &plain, &err), ST_OK);
    assert_int_equal(next(f)->status, ST_BUSY);
    fetch_free(&f);
}

/* It read the request and never answered, or not to the end. */
static void test_no_answer(void **state)
{
    static const char *const said[] = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "220 mail.example ESMTP\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    struct fetch *f = fresh(1);
    unsigned at;
    const int fd = listen_raw(&at);
    char got[512];

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct fetch_answer *a;
        int one;

        assert_int_equal(send_to(f, at, "/", 5000, NULL), ST_OK);
        one = accept(fd, NULL, NULL);
        assert_true(raw_read(one, got, sizeof got, "\r\n\r\n", 2000));
        assert_true(raw_send(one, said[i]));
        close(one);
        a = next(f);
        if (a->status != ST_IO || a->code != 0 || a->body_len != 0)
            fail_msg("case %zu: %d, %u", i, a->status, a->code);
    }
    close(fd);
    fetch_free(&f);
}

static void test_timeout(void **state)
{
    struct http_answer nothing = {.status = 200};
    struct fetch *f = fresh(1);
    const int64_t begin = raw_now();

    (void)state;
    assert_int_equal(send_to(f, port, "/hold", 200, NULL), ST_OK);
    assert_int_equal(send_to(f, port, "/echo", 200, NULL), ST_BUSY);
    assert_int_equal(next(f)->status, ST_IO);
    assert_true(raw_now() - begin >= 190 && raw_now() - begin < 3000);
    pthread_mutex_lock(&lock);
    http_reply(held, &nothing);
    pthread_mutex_unlock(&lock);
    assert_int_equal(send_to(f, port, "/echo", 5000, NULL), ST_OK);
    assert_int_equal(next(f)->code, 202);
    fetch_free(&f);
}

/* A kept connection that dies under a request: libcurl would send it again,
 * and the customer get two messages.  Every request that arrives is counted. */
struct killer {
    int fd;
    unsigned requests;
};

static void *kill_second(void *arg)
{
    struct killer *k = arg;
    char got[512];

    for (;;) {
        const int one = accept(k->fd, NULL, NULL);

        if (one < 0)
            return NULL;
        for (int i = 0;
             i < 2 && raw_read(one, got, sizeof got, "\r\n\r\n", 3000); i++) {
            k->requests++;
            if (i == 0)
                (void)raw_send(one,
                               "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
        close(one);
    }
}

static void test_never_twice(void **state)
{
    struct fetch *f = fresh(1);
    struct killer k = {.requests = 0};
    pthread_t thread;
    unsigned at;

    (void)state;
    k.fd = listen_raw(&at);
    assert_int_equal(pthread_create(&thread, NULL, kill_second, &k), 0);
    assert_int_equal(send_to(f, at, "/", 5000, NULL), ST_OK);
    assert_int_equal(next(f)->status, ST_OK);
    assert_int_equal(send_to(f, at, "/", 5000, NULL), ST_OK);
    assert_int_equal(next(f)->status, ST_IO);
    fetch_free(&f);
    shutdown(k.fd, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(k.fd);
    assert_int_equal(k.requests, 2);
}

/* Many at once, on connections that are kept. */
static void test_many(void **state)
{
    enum { MANY = 400, PARALLEL = 16 };
    struct fetch *f = fresh(PARALLEL);
    static char seen[MANY];
    size_t sent = 0, done = 0;

    (void)state;
    while (done < MANY) {
        struct fetch_answer *a;

        while (sent < MANY &&
               send_to(f, port, "/echo", 5000, &seen[sent]) == ST_OK)
            sent++;
        assert_true(sent - done <= PARALLEL);
        a = next(f);
        assert_int_equal(a->code, 202);
        assert_int_equal(*(char *)a->ctx, 0);
        *(char *)a->ctx = 1;
        done++;
    }
    assert_null(memchr(seen, 0, sizeof seen));
    fetch_free(&f);
}

/* What is under way when it ends is given up, in no time. */
static void test_end(void **state)
{
    struct fetch *f = fresh(4);
    unsigned at;
    const int fd = listen_raw(&at);
    const int64_t begin = raw_now();

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(send_to(f, at, "/", 60000, NULL), ST_OK);
    fetch_free(&f);
    assert_true(raw_now() - begin < 3000);
    close(fd);
}

static enum status make_one(void *ctx)
{
    struct fetch *f = NULL;
    struct err err;
    const enum status st = fetch_new(3, &f, &err);

    (void)ctx;
    fetch_free(&f);
    return st;
}

static void test_no_memory(void **state)
{
    (void)state;
    alloc_torture(make_one, NULL);
}

/* Tests of time tell nothing about memory. */
static int skip_in_torture(void **state)
{
    (void)state;
    if (getenv("FAIL_AT"))
        skip();
    return 0;
}

#define TIMED(f) cmocka_unit_test_setup(f, skip_in_torture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TIMED(test_requests),    TIMED(test_long_answers),
        TIMED(test_bad_urls),    TIMED(test_nobody_there),
        TIMED(test_no_answer),   TIMED(test_timeout),
        TIMED(test_never_twice), TIMED(test_many),
        TIMED(test_end),         cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
