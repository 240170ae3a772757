/* http_body_test.c - bodies of requests: right ones, long ones, and those that
 * are not what they claim to be. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "collector/http.h"
#include "exchange.h"
#include "raw_http.h"

#define DEADLINE 500
#define SMALL    100
#define LARGE    (8u << 20)

/* Says what it was given. */
static enum status echo(void *ctx, const struct http_request *r,
                        struct http_answer *a)
{
    (void)ctx;
    assert_string_equal(r->method, "POST");
    return buffer_add(&a->body, r->body, r->body_len);
}

static enum status tell_length(void *ctx, const struct http_request *r,
                               struct http_answer *a)
{
    char text[32];

    (void)ctx;
    snprintf(text, sizeof text, "%zu", r->body_len);
    return buffer_add(&a->body, text, strlen(text));
}

static enum status tell_form(void *ctx, const struct http_request *r,
                             struct http_answer *a)
{
    const char *value = http_form(r, "comment");
    const char *rest = *r->rest ? r->rest : "-";
    const char *agent = http_header(r, "user-agent");
    char text[512];

    (void)ctx;
    snprintf(text, sizeof text, "%s|%s|%s|%s", value ? value : "none", rest,
             agent ? agent : "none", http_query(r, "q") ? "q" : "none");
    return buffer_add(&a->body, text, strlen(text));
}

static const struct http_route routes[] = {
    {"POST", "/echo", echo, NULL, SMALL},
    {"POST", "/large", tell_length, NULL, LARGE},
    {"POST", "/form/*", tell_form, NULL, 4096},
    {"GET", "/form/*", tell_form, NULL, 0},
    {"POST", "/none", tell_length, NULL, 0},
};

static unsigned serve_for(int deadline_ms, struct http_server **h)
{
    const struct http_options o = {.address = "127.0.0.1:0",
                                   .loopback = true,
                                   .routes = routes,
                                   .count = sizeof routes / sizeof *routes,
                                   .connections = 64,
                                   .deadline_ms = deadline_ms};
    struct err err;

    assert_int_equal(http_start(&o, h, &err), ST_OK);
    return http_port(*h);
}

static unsigned serve(struct http_server **h)
{
    return serve_for(20000, h);
}

static struct http_counts counts(const struct http_server *h)
{
    struct http_counts c;

    http_counts(h, &c);
    return c;
}

/* A bad request is counted when the library is done with it. */
static void assert_bad(const struct http_server *h, uint64_t want)
{
    const int64_t until = raw_now() + 3000;

    while (counts(h).bad < want && raw_now() < until)
        usleep(1000);
    assert_int_equal(counts(h).bad, want);
}

#define HOST "Host: a\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static const struct {
    const char *request, *body;
    int status;
} form_cases[] = {
    {"POST /form/x HTTP/1.1\r\n" HOST FORM "Content-Length: 15\r\n\r\n"
     "comment=%E6%BB%A1+",
     NULL, 400}, /* cut in an escape */
    {"POST /form/x HTTP/1.1\r\n" HOST FORM "Content-Length: 18\r\n\r\n"
     "comment=%E6%BB%A1+",
     "满 |x|none|none", 200},
    {"POST /form/x HTTP/1.1\r\n" HOST
     "content-type: Application/X-WWW-Form-Urlencoded; charset=utf-8\r\n"
     "Content-Length: 9\r\n\r\ncomment=a",
     "a|x|none|none", 200},
    {"POST /form/x HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\n"
     "Content-Length: 9\r\n\r\ncomment=a",
     "none|x|none|none", 200},
    {"POST /form/ HTTP/1.1\r\n" HOST FORM "User-Agent: 手机\r\n"
     "Content-Length: 0\r\n\r\n",
     "none|-|手机|none", 200},
    {"POST /form/%E6%BB%A1?q HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
     "none|满|none|q", 200},
    {"GET /form/a/b%2Fc?Q=1&q=2 HTTP/1.1\r\n" HOST "\r\n", "none|a/b/c|none|q",
     200},
    {"GET /form/a?Q=1 HTTP/1.1\r\n" HOST "\r\n", "none|a|none|none", 200},
    {"POST /form/x HTTP/1.1\r\n" HOST FORM "Content-Length: 10\r\n\r\n"
     "comment=%\xff",
     NULL, 400},
    {"POST /form/x HTTP/1.1\r\n" HOST FORM "Content-Length: 9\r\n\r\n"
     "comment=\xff",
     NULL, 400},
    {"POST /form/x HTTP/1.1\r\n" HOST FORM "Content-Length: 11\r\n\r\n"
     "comment=%00",
     NULL, 400},
    {"GET /form/%00 HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/%ff HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/%zz HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/\xff HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/a?q=%ff HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/a?q=%0 HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/a?%00=1 HTTP/1.1\r\n" HOST "\r\n", NULL, 400},
    {"GET /form/a HTTP/1.1\r\n" HOST "User-Agent: \xff\r\n\r\n", NULL, 400},
};

static void test_forms(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    static struct raw_answer a;
    uint64_t bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof form_cases / sizeof *form_cases; i++) {
        const int fd = raw_connect(port);

        assert_true(raw_send(fd, form_cases[i].request));
        raw_take(fd, &a, 2000);
        if (a.status != form_cases[i].status)
            fail_msg("case %zu: %d, %s", i, a.status, a.body);
        if (form_cases[i].body)
            assert_string_equal(a.body, form_cases[i].body);
        bad += form_cases[i].status == 400;
        assert_bad(h, bad);
        close(fd);
    }
    assert_int_equal(counts(h).requests,
                     sizeof form_cases / sizeof *form_cases);
    http_stop(&h);
}

/* However it comes, and whatever comes behind it. */
static void test_whole_bodies(void **state)
{
    static const char *const parts[] = {
        "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhe",
        "l",
        "loPOST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
        "2\r\nhe\r\n",
        "3;ext=1\r\nl",
        "lo\r\n0\r\nTrailer: x\r\n\r\n"
        "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
        "POST /large HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 5\r\n\r\n",
    };
    struct http_server *h = NULL;
    const int fd = raw_connect(serve(&h));
    static struct raw_answer a;

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_true(raw_send(fd, parts[i]));
        usleep(10000);
    }
    assert_string_equal(raw_take(fd, &a, 2000)->body, "hello");
    assert_string_equal(raw_take(fd, &a, 2000)->body, "hello");
    assert_int_equal(raw_take(fd, &a, 2000)->status, 200);
    assert_int_equal(a.len, 0);
    assert_int_equal(raw_take(fd, &a, 2000)->status, 100);
    assert_true(raw_send(fd, "12345"));
    assert_string_equal(raw_take(fd, &a, 2000)->body, "5");
    close(fd);
    http_stop(&h);
}

/* One byte more than may be is read, and told; much more is not read. */
static void test_oversize(void **state)
{
    static const char hundred[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789"
        "012345678901234567890123456789";
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    int fd = raw_connect(port);
    static struct raw_answer a;
    char text[512];

    (void)state;
    snprintf(text, sizeof text,
             "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\n%s",
             hundred);
    assert_true(raw_send(fd, text));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 200);
    assert_string_equal(a.body, hundred);
    snprintf(text, sizeof text,
             "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\n%sx",
             hundred);
    assert_true(raw_send(fd, text));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 413);
    snprintf(text, sizeof text,
             "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
             "64\r\n%s\r\n1\r\nx\r\n0\r\n\r\n",
             hundred);
    assert_true(raw_send(fd, text));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 413);
    assert_int_equal(counts(h).oversize, 2);
    /* the connection lives on */
    assert_true(raw_send(fd, "POST /echo HTTP/1.1\r\n" HOST
                             "Content-Length: 1\r\n\r\na"));
    assert_string_equal(raw_take(fd, &a, 2000)->body, "a");
    assert_true(raw_send(fd, "POST /echo HTTP/1.1\r\n" HOST
                             "Content-Length: 99999999999\r\n\r\n"));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 413);
    assert_false(raw_exactly(fd, text, 1, 2000)); /* and it was closed */
    close(fd);
    /* more than 64 bits hold */
    fd = raw_connect(port);
    assert_true(raw_send(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: "
                             "99999999999999999999999999\r\n\r\n"));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 413);
    close(fd);
    assert_int_equal(counts(h).oversize, 3);
    assert_bad(h, 1); /* the library's own answer */
    http_stop(&h);
}

/* Chunks without end: cut off, having cost no memory. */
static void test_chunked_bomb(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    const int fd = raw_connect(port);
    static char chunk[4096 + 16];
    size_t sent = 0;
    int n;

    (void)state;
    n = snprintf(chunk, sizeof chunk, "1000\r\n");
    memset(chunk + n, 'x', 4096);
    memcpy(chunk + n + 4096, "\r\n", 3);
    assert_true(raw_send(fd, "POST /echo HTTP/1.1\r\n" HOST
                             "Transfer-Encoding: chunked\r\n\r\n"));
    while (sent < LARGE && raw_send(fd, chunk))
        sent += 4096;
    assert_true(sent < LARGE);
    assert_int_equal(counts(h).oversize, 1);
    close(fd);
    http_stop(&h);
}

/* What a proxy and we might cut into requests in different ways. */
static void test_ambiguous(void **state)
{
    static const char *const requests[] = {
        "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\nabcd",
        "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "Content-Length: 4x\r\n\r\nabcd",
        "Content-Length: -4\r\n\r\nabcd",
        "Content-Length: 0x4\r\n\r\nabcd",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nab",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n",
    };
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    static struct raw_answer a;
    char text[512];

    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        const int fd = raw_connect(port);

        snprintf(text, sizeof text, "POST /large HTTP/1.1\r\n" HOST "%s",
                 requests[i]);
        assert_true(raw_send(fd, text));
        raw_take(fd, &a, 2000);
        if (a.status != 400)
            fail_msg("case %zu: %d", i, a.status);
        /* the last on that connection, though the library may stutter */
        assert_true(raw_read(fd, a.body, sizeof a.body, NULL, 2000));
        assert_null(strstr(a.body, " 200 "));
        assert_bad(h, i + 1);
        close(fd);
    }
    http_stop(&h);
}

/* A body that nobody wants ends the connection with its answer. */
static void test_unwanted(void **state)
{
    static const struct {
        const char *request;
        int status;
    } cases[] = {
        {"POST /none HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd", 200},
        {"GET /form/x HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd", 200},
        {"POST /lost HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd", 404},
        {"PUT /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd", 405},
    };
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    static struct raw_answer a;
    char more;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int fd = raw_connect(port);

        assert_true(raw_send(fd, cases[i].request));
        assert_int_equal(raw_take(fd, &a, 2000)->status, cases[i].status);
        assert_false(raw_exactly(fd, &more, 1, 2000));
        close(fd);
    }
    http_stop(&h);
}

/* Bodies that are sent for a long time hold memory; all of them together hold
 * no more than they may, and the next one is told to come again. */
static void test_all_bodies(void **state)
{
    enum { SENDERS = 6 };
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    static char part[64 << 10];
    static struct raw_answer a;
    int fd[SENDERS], turned_away = 0;

    (void)state;
    memset(part, 'x', sizeof part - 1);
    for (size_t i = 0; i < SENDERS; i++) {
        char head[128];
        size_t left = LARGE - 1; /* the last byte never comes */

        fd[i] = raw_connect(port);
        snprintf(head, sizeof head,
                 "POST /large HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n",
                 LARGE);
        assert_true(raw_send(fd[i], head));
        while (left) {
            const size_t n = left < sizeof part ? left : sizeof part;
            const ssize_t sent = send(fd[i], part, n, MSG_NOSIGNAL);

            assert_true(sent > 0);
            left -= (size_t)sent;
        }
    }
    usleep(100000);
    for (size_t i = 0; i < SENDERS; i++) {
        assert_true(raw_send(fd[i], "x"));
        raw_take(fd[i], &a, 2000);
        assert_true(a.status == 200 || a.status == 503);
        if (a.status == 200)
            assert_string_equal(a.body, "8388608");
        else
            assert_non_null(strstr(a.head, "Retry-After: 1\r\n"));
        turned_away += a.status == 503;
        close(fd[i]);
    }
    assert_int_equal(turned_away, SENDERS - HTTP_BODIES_MAX / LARGE);
    /* all of it was given back */
    for (size_t i = 0; i < 2; i++) {
        fd[i] = raw_connect(port);
        assert_true(raw_send(fd[i], "POST /echo HTTP/1.1\r\n" HOST
                                    "Content-Length: 3\r\n\r\nabc"));
        assert_string_equal(raw_take(fd[i], &a, 2000)->body, "abc");
        close(fd[i]);
    }
    http_stop(&h);
}

/* The time is the whole request's: a body a byte at a time has no more. */
static void test_slow_body(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve_for(DEADLINE, &h);
    const int fd = raw_connect(port);
    const int64_t begin = raw_now();
    char got[64];
    bool ended = false;

    (void)state;
    assert_true(raw_send(fd, "POST /large HTTP/1.1\r\n" HOST
                             "Content-Length: 100000\r\n\r\n"));
    while (!ended && raw_now() - begin < 5000) {
        (void)raw_send(fd, "a");
        ended = raw_read(fd, got, sizeof got, NULL, 30);
    }
    assert_true(ended);
    assert_true(raw_now() - begin >= DEADLINE - 20);
    assert_int_equal(counts(h).late, 1);
    close(fd);
    http_stop(&h);
}

/* It counts what it holds, and lets go of all of it. */
static void test_site_gets_all_back(void **state)
{
    static const struct http_route route = {"POST", "/", tell_length, NULL,
                                            1000};
    struct site site = {.routes = &route, .count = 1};
    struct exchange e = {.site = NULL};
    static const char part[300];
    struct http_answer a;

    (void)state;
    exchange_end(&e);
    exchange_begin(&e, &site, "POST", "/");
    exchange_header(&e, "Transfer-Encoding", "chunked", 7);
    assert_true(exchange_reads(&e));
    for (int i = 0; i < 3; i++)
        assert_true(exchange_take(&e, part, sizeof part));
    assert_int_equal(site.bodies, 1000); /* doubled up to its limit */
    assert_true(exchange_take(&e, part, sizeof part));
    assert_int_equal(e.refused, 413);
    assert_int_equal(site.bodies, 0);
    exchange_answer(&e, NULL, &a);
    assert_int_equal(a.status, 413);
    assert_string_equal(a.type, "text/plain; charset=utf-8");
    buffer_free(&a.body);
    exchange_end(&e);
    exchange_end(&e);
    site.bodies = HTTP_BODIES_MAX - 10;
    exchange_begin(&e, &site, "POST", "/");
    exchange_header(&e, "Transfer-Encoding", "chunked", 7);
    assert_true(exchange_reads(&e));
    assert_true(exchange_take(&e, part, sizeof part));
    assert_int_equal(e.refused, 503);
    assert_int_equal(site.bodies, HTTP_BODIES_MAX - 10);
    exchange_end(&e);
}

/* Tests of time and of amounts tell nothing about memory, and would be run a
 * hundred times when every allocation is failed in turn. */
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
        TIMED(test_forms),
        TIMED(test_whole_bodies),
        TIMED(test_oversize),
        TIMED(test_chunked_bomb),
        TIMED(test_ambiguous),
        TIMED(test_unwanted),
        TIMED(test_all_bodies),
        TIMED(test_slow_body),
        TIMED(test_site_gets_all_back),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
