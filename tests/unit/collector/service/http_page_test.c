/* http_page_test.c - what a client is sent: pages, forms of them, headers, and
 * answers of last resort. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#define ZLIB_CONST
#include <zlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/http.h"
#include "raw_http.h"

#define LONG 20000

static struct http_page *small, *large;
static char text[LONG];

static enum status send_page(void *ctx, const struct http_request *r,
                             struct http_answer *a)
{
    struct http_page **page = ctx;

    a->type = "text/html; charset=utf-8";
    a->page = http_page_share(*page);
    if (http_query(r, "status"))
        a->status = 410;
    return http_query(r, "lang") ? http_answer_header(a, "Content-Language",
                                                      http_query(r, "lang"))
                                 : ST_OK;
}

static enum status send_text(void *ctx, const struct http_request *r,
                             struct http_answer *a)
{
    (void)r;
    if (ctx)
        a->type = ctx;
    return buffer_add(&a->body, text, sizeof text);
}

static enum status move_on(void *ctx, const struct http_request *r,
                           struct http_answer *a)
{
    (void)ctx;
    (void)r;
    a->status = 303;
    return http_answer_header(a, "Location", "/page");
}

static enum status fail_late(void *ctx, const struct http_request *r,
                             struct http_answer *a)
{
    (void)ctx;
    (void)r;
    a->page = http_page_share(large);
    return ST_FULL;
}

static enum status say_missing(void *ctx, const struct http_request *r,
                               struct http_answer *a)
{
    assert_int_equal(a->status, 404);
    assert_string_equal(ctx, "the server's");
    a->type = "text/html; charset=utf-8";
    return buffer_add(&a->body, r->path, strlen(r->path));
}

static char png[] = "image/png";
static const struct http_route routes[] = {
    {"GET", "/page", send_page, &large, 0},
    {"GET", "/small", send_page, &small, 0},
    {"GET", "/text", send_text, NULL, 0},
    {"GET", "/image", send_text, png, 0},
    {"POST", "/text", send_text, NULL, 10},
    {"POST", "/only", send_text, NULL, 10},
    {"PUT", "/only", send_text, NULL, 10},
    {"GET", "/moved", move_on, NULL, 0},
    {"GET", "/fail", fail_late, NULL, 0},
    {"GET", "/a/b", send_page, &small, 0},
    {"GET", "/a/*", send_page, &large, 0},
};
static const struct http_header_pair headers[] = {
    {"Content-Security-Policy", "default-src 'none'"},
    {"X-Content-Type-Options", "nosniff"},
};
static char missing_ctx[] = "the server's";

static struct http_options options(void)
{
    return (struct http_options){.address = "127.0.0.1:0",
                                 .loopback = true,
                                 .routes = routes,
                                 .count = sizeof routes / sizeof *routes,
                                 .connections = 16,
                                 .deadline_ms = 5000,
                                 .headers = headers,
                                 .header_count = 2,
                                 .missing = say_missing,
                                 .missing_ctx = missing_ctx};
}

static unsigned serve(struct http_server **h)
{
    const struct http_options o = options();
    struct err err;

    assert_int_equal(http_start(&o, h, &err), ST_OK);
    return http_port(*h);
}

static struct raw_answer *ask(int fd, const char *method, const char *path,
                              const char *more)
{
    static struct raw_answer a;
    char request[512];

    snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n",
             method, path, more);
    assert_true(raw_send(fd, request));
    return raw_take(fd, &a, 2000);
}

#define GZIP "Accept-Encoding: br, gzip\r\n"

/* What it unpacks to must be `want`. */
static void assert_unpacks(const struct raw_answer *a, const char *want,
                           size_t len)
{
    static uint8_t out[LONG + 1];
    z_stream z = {.next_in = (const Bytef *)a->body, .avail_in = (uInt)a->len};

    z.next_out = out;
    z.avail_out = sizeof out;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, len);
    assert_memory_equal(out, want, len);
    inflateEnd(&z);
}

static bool has(const struct raw_answer *a, const char *line)
{
    return strstr(a->head, line) != NULL;
}

static void test_forms_of_a_page(void **state)
{
    struct http_server *h = NULL;
    const int fd = raw_connect(serve(&h));
    struct raw_answer *a;

    (void)state;
    for (int i = 0; i < 3; i++) { /* the second time it is ready made */
        a = ask(fd, "GET", "/page", GZIP);
        assert_int_equal(a->status, 200);
        assert_true(has(a, "\r\nContent-Encoding: gzip\r\n"));
        assert_true(has(a, "\r\nVary: Accept-Encoding\r\n"));
        assert_true(has(a, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
        assert_true(has(a, "\r\nX-Content-Type-Options: nosniff\r\n"));
        assert_int_equal(a->len, http_page_size(large, true));
        assert_unpacks(a, text, sizeof text);
        a = ask(fd, "GET", "/page", "");
        assert_false(has(a, "Content-Encoding"));
        assert_true(has(a, "\r\nVary: Accept-Encoding\r\n"));
        assert_int_equal(a->len, http_page_size(large, false));
        assert_memory_equal(a->body, text, sizeof text);
    }
    a = ask(fd, "GET", "/page", "Accept-Encoding: gzip;q=0, *\r\n");
    assert_false(has(a, "Content-Encoding"));
    a = ask(fd, "GET", "/small", GZIP);
    assert_false(has(a, "Content-Encoding"));
    assert_false(has(a, "Vary"));
    assert_string_equal(a->body, "short");
    close(fd);
    http_stop(&h);
}

/* The same page as another answer is another answer. */
static void test_answers_of_a_page(void **state)
{
    struct http_server *h = NULL, *second = NULL;
    const int fd = raw_connect(serve(&h));
    struct http_options plain = options();
    struct raw_answer *a;
    struct err err;
    int other;

    (void)state;
    for (int i = 0; i < 2; i++) {
        a = ask(fd, "GET", "/page?lang=zh-CN", GZIP);
        assert_true(has(a, "\r\nContent-Language: zh-CN\r\n"));
        a = ask(fd, "GET", "/page?lang=en", GZIP);
        assert_true(has(a, "\r\nContent-Language: en\r\n"));
        a = ask(fd, "GET", "/page", GZIP);
        assert_false(has(a, "Content-Language"));
        a = ask(fd, "GET", "/page?status", GZIP);
        assert_int_equal(a->status, 410);
        a = ask(fd, "GET", "/page?lang=a%0d%0aX:%20y", GZIP);
        assert_int_equal(a->status, 500); /* no header within a header */
        assert_false(has(a, "X: y"));
        a = ask(fd, "GET", "/a/b", "");
        assert_string_equal(a->body, "short");
        a = ask(fd, "GET", "/a/bc", "");
        assert_int_equal(a->len, sizeof text);
    }
    /* another server has other headers */
    plain.header_count = 0;
    assert_int_equal(http_start(&plain, &second, &err), ST_OK);
    other = raw_connect(http_port(second));
    a = ask(other, "GET", "/page", GZIP);
    assert_false(has(a, "nosniff"));
    assert_unpacks(a, text, sizeof text);
    a = ask(fd, "GET", "/page", GZIP);
    assert_true(has(a, "nosniff"));
    close(other);
    close(fd);
    http_stop(&h);
    http_stop(&second);
}

static void test_forms_of_a_text(void **state)
{
    struct http_server *h = NULL;
    const int fd = raw_connect(serve(&h));
    struct raw_answer *a;

    (void)state;
    for (int i = 0; i < 3; i++) {
        a = ask(fd, "GET", "/text", GZIP);
        assert_true(has(a, "\r\nContent-Encoding: gzip\r\n"));
        assert_true(has(a, "\r\nVary: Accept-Encoding\r\n"));
        assert_true(has(a, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
        assert_true(a->len < sizeof text / 2);
        assert_unpacks(a, text, sizeof text);
        a = ask(fd, "GET", "/text", "");
        assert_false(has(a, "Content-Encoding"));
        assert_true(has(a, "\r\nVary: Accept-Encoding\r\n"));
        assert_memory_equal(a->body, text, sizeof text);
        a = ask(fd, "GET", "/image", GZIP);
        assert_false(has(a, "Content-Encoding"));
        assert_false(has(a, "Vary"));
        assert_int_equal(a->len, sizeof text);
    }
    close(fd);
    http_stop(&h);
}

/* A HEAD says what the GET would, and nothing more. */
static void test_head(void **state)
{
    static const char *const paths[] = {"/page", "/text", "/lost", "/fail"};
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    char got[4096], request[128], length[64];

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const int fd = raw_connect(port);
        const struct raw_answer *a = ask(fd, "GET", paths[i], "");

        snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n", a->len);
        snprintf(request, sizeof request, "HEAD %s HTTP/1.0\r\n\r\n", paths[i]);
        assert_true(raw_ask(port, request, got, sizeof got));
        assert_non_null(strstr(got, length));
        assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
        close(fd);
    }
    assert_true(raw_ask(port, "HEAD /only HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_memory_equal(got + strlen("HTTP/1.x "), "405", 3);
    http_stop(&h);
}

static void test_other_answers(void **state)
{
    static const struct {
        const char *method, *path;
        int status;
        const char *line, *body;
    } cases[] = {
        {"GET", "/lost%20page", 404, "text/html", "/lost page"},
        {"PUT", "/lost", 404, "text/html", "/lost"},
        {"GET", "/moved", 303, "\r\nLocation: /page\r\n", ""},
        {"GET", "/fail", 500, "text/plain", "internal error\n"},
        {"GET", "/only", 405, "\r\nAllow: POST, PUT\r\n",
         "method not allowed\n"},
        {"DELETE", "/text", 405, "\r\nAllow: GET, HEAD, POST\r\n",
         "method not allowed\n"},
        {"OPTIONS", "/a/b", 405, "\r\nAllow: GET, HEAD\r\n",
         "method not allowed\n"},
        {"TRACE", "/moved", 405, "\r\nAllow: GET, HEAD\r\n",
         "method not allowed\n"},
        {"BREW", "/moved", 405, "\r\nAllow: GET, HEAD\r\n",
         "method not allowed\n"},
        {"GET", "/a", 404, "text/html", "/a"},
        {"GET", "/%", 400, "text/plain", "bad request\n"},
    };
    struct http_server *h = NULL;
    const int fd = raw_connect(serve(&h));

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct raw_answer *a =
            ask(fd, cases[i].method, cases[i].path, "");

        assert_int_equal(a->status, cases[i].status);
        assert_string_equal(a->body, cases[i].body);
        assert_true(has(a, cases[i].line));
        assert_true(has(a, "\r\nContent-Security-Policy: default-src"));
        assert_true(has(a, "\r\nX-Content-Type-Options: nosniff\r\n"));
    }
    close(fd);
    http_stop(&h);
}

static void test_answer_headers(void **state)
{
    struct http_answer a = {.status = 200};
    char longest[256];

    (void)state;
    memset(longest, 'x', sizeof longest);
    longest[255] = '\0';
    assert_int_equal(http_answer_header(&a, "A", longest), ST_OK);
    assert_int_equal(http_answer_header(&a, "B", ""), ST_OK);
    assert_int_equal(http_answer_header(&a, "C", "a\nb"), ST_RANGE);
    assert_int_equal(http_answer_header(&a, "C", "a\rb"), ST_RANGE);
    assert_int_equal(http_answer_header(&a, "C", "\x7f"), ST_RANGE);
    assert_int_equal(http_answer_header(&a, "C", "满"), ST_OK);
    assert_int_equal(http_answer_header(&a, "D", "d"), ST_OK);
    assert_int_equal(http_answer_header(&a, "E", "e"), ST_RANGE);
    assert_int_equal(a.headers, 4);
}

/* A page that is gone is still sent to who was reading it. */
static void test_page_outlived(void **state)
{
    struct http_page *page = large;
    struct http_server *h = NULL;
    const int fd = raw_connect(serve(&h));
    static struct raw_answer a;

    (void)state;
    large = NULL;
    assert_int_equal(http_page_new(text, sizeof text, &large), ST_OK);
    assert_true(raw_send(fd, "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 200);
    http_page_free(&large); /* the server has kept its answer */
    large = page;
    assert_true(raw_send(fd, "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(raw_take(fd, &a, 2000)->status, 200);
    assert_memory_equal(a.body, text, sizeof text);
    close(fd);
    http_stop(&h);
}

static enum status make_page(void *ctx)
{
    struct http_page *p = NULL, *other;
    enum status st = http_page_new(ctx, LONG, &p);

    if (st != ST_OK)
        return st;
    other = http_page_share(p);
    http_page_free(&p);
    assert_int_equal(http_page_size(other, false), LONG);
    http_page_free(&other);
    return ST_OK;
}

static void test_pages(void **state)
{
    static const uint8_t zeros[2000];
    uint32_t x = 2463534242u;
    uint8_t noise[2000];
    struct http_page *p = NULL;

    (void)state;
    assert_int_equal(http_page_new(NULL, 0, &p), ST_OK);
    assert_int_equal(http_page_size(p, true), 0);
    http_page_free(&p);
    http_page_free(&p);
    assert_int_equal(http_page_new(zeros, sizeof zeros, &p), ST_OK);
    assert_true(http_page_size(p, true) < http_page_size(p, false));
    http_page_free(&p);
    for (size_t i = 0; i < sizeof noise; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        noise[i] = (uint8_t)(x >> 24);
    }
    assert_int_equal(http_page_new(noise, sizeof noise, &p), ST_OK);
    assert_int_equal(http_page_size(p, true), sizeof noise);
    http_page_free(&p);
    assert_int_equal(http_page_new(zeros, 1024, &p), ST_OK);
    assert_int_equal(http_page_size(p, true), 1024);
    http_page_free(&p);
    alloc_torture(make_page, text);
}

static enum status start_and_stop(void *ctx)
{
    const struct http_options o = options();
    struct http_server *h = NULL;
    struct err err;
    const enum status st = http_start(&o, &h, &err);

    (void)ctx;
    http_stop(&h);
    return st;
}

static void test_no_memory(void **state)
{
    (void)state;
    alloc_torture(start_and_stop, NULL);
}

static int make_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "<p>满意度调查 0123456789"[(i * i / 7 + i) % 28];
    assert_int_equal(http_page_new("short", 5, &small), ST_OK);
    assert_int_equal(http_page_new(text, sizeof text, &large), ST_OK);
    return 0;
}

static int free_pages(void **state)
{
    (void)state;
    http_page_free(&small);
    http_page_free(&large);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_a_page),
        cmocka_unit_test(test_answers_of_a_page),
        cmocka_unit_test(test_forms_of_a_text),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_other_answers),
        cmocka_unit_test(test_answer_headers),
        cmocka_unit_test(test_page_outlived),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_no_memory),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, make_pages, free_pages);
}
