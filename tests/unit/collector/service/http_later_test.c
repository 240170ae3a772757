/* http_later_test.c - answers that come later, from another thread. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "collector/http.h"
#include "collector/queue.h"
#include "raw_http.h"

#define DEADLINE 500
#define MANY     1000

static struct queue *waiting;

static enum status wait_for_disk(void *ctx, const struct http_request *r,
                                 struct http_answer *a)
{
    struct http_later *l = http_defer(r);

    (void)ctx;
    (void)a;
    if (!l)
        return ST_NOMEM;
    assert_true(queue_push(waiting, l));
    return ST_OK;
}

static enum status at_once(void *ctx, const struct http_request *r,
                           struct http_answer *a)
{
    (void)ctx;
    (void)r;
    return buffer_add(&a->body, "now", 3);
}

static const struct http_route routes[] = {
    {"POST", "/later", wait_for_disk, NULL, 1000},
    {"GET", "/later", wait_for_disk, NULL, 0},
    {"GET", "/now", at_once, NULL, 0},
};

static unsigned serve(struct http_server **h, int deadline_ms)
{
    const struct http_options o = {.address = "127.0.0.1:0",
                                   .loopback = true,
                                   .routes = routes,
                                   .count = sizeof routes / sizeof *routes,
                                   .connections = 2 * MANY,
                                   .deadline_ms = deadline_ms};
    struct err err;

    assert_int_equal(queue_new(2 * MANY, &waiting), ST_OK);
    assert_int_equal(http_start(&o, h, &err), ST_OK);
    return http_port(*h);
}

static void end(struct http_server **h)
{
    http_stop(h);
    queue_free(&waiting);
}

static struct http_later *next_waiting(void)
{
    struct http_later *l = queue_pop(waiting, 5000);

    assert_non_null(l);
    return l;
}

static void reply(struct http_later *l, unsigned status, const char *text)
{
    struct http_answer a = {.status = status};

    assert_int_equal(buffer_add(&a.body, text, strlen(text)), ST_OK);
    http_reply(l, &a);
    assert_null(a.body.data); /* it is the server's now */
}

#define POST "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd"
#define NOW  "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"

/* Others are served meanwhile, and waiting for us costs a client no time. */
static void test_others_go_on(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, DEADLINE);
    const int fd = raw_connect(port), other = raw_connect(port);
    static struct raw_answer a;
    char byte;

    (void)state;
    assert_true(raw_send(fd, POST NOW)); /* and one more, at once */
    assert_false(raw_exactly(fd, &byte, 1, DEADLINE * 2));
    assert_true(raw_send(other, NOW));
    assert_int_equal(raw_take(other, &a, 2000)->status, 0); /* it was late */
    close(other);
    reply(next_waiting(), 201, "durable");
    assert_int_equal(raw_take(fd, &a, 2000)->status, 201);
    assert_string_equal(a.body, "durable");
    assert_non_null(strstr(a.head, "Content-Type: text/plain; charset=utf-8"));
    assert_string_equal(raw_take(fd, &a, 2000)->body, "now");
    assert_true(raw_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
    reply(next_waiting(), 0, ""); /* 200, as it says */
    assert_int_equal(raw_take(fd, &a, 2000)->status, 200);
    assert_true(raw_send(fd, "HEAD /later HTTP/1.0\r\n\r\n"));
    reply(next_waiting(), 200, "body");
    assert_true(raw_read(fd, a.body, sizeof a.body, NULL, 2000));
    assert_non_null(strstr(a.body, "Content-Length: 4\r\n"));
    assert_string_equal(strstr(a.body, "\r\n\r\n"), "\r\n\r\n");
    close(fd);
    end(&h);
}

/* The answer of a client that has gone is taken and thrown away. */
static void test_client_gone(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, DEADLINE);
    struct http_page *page = NULL;
    static struct raw_answer a;
    int fd;

    (void)state;
    assert_int_equal(http_page_new("page", 4, &page), ST_OK);
    for (int i = 0; i < 8; i++) {
        struct http_answer answer = {.page = http_page_share(page)};
        struct http_later *l;
        const struct linger reset = {.l_onoff = 1};

        fd = raw_connect(port);
        assert_true(raw_send(fd, POST));
        l = next_waiting();
        if (i % 2)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
        usleep(2000);
        if (i % 4 < 2)
            http_reply(l, &answer);
        else
            reply(l, 200, "nobody hears it");
        http_page_free(&answer.page);
    }
    fd = raw_connect(port);
    assert_true(raw_send(fd, NOW));
    assert_string_equal(raw_take(fd, &a, 2000)->body, "now");
    close(fd);
    http_page_free(&page);
    end(&h);
}

/* All that one commit made durable are answered at once, by another thread. */
static void *answer_all(void *arg)
{
    struct http_later *all[MANY];

    (void)arg;
    for (size_t i = 0; i < MANY; i++)
        all[i] = queue_pop(waiting, 10000);
    for (size_t i = 0; i < MANY && all[i]; i++)
        reply(all[i], 200, "thanks");
    return NULL;
}

static void test_a_thousand_at_once(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, 20000);
    static int fd[MANY];
    static struct raw_answer a;
    struct http_counts counts;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, answer_all, NULL), 0);
    for (int round = 0; round < 2; round++) {
        if (round)
            assert_int_equal(pthread_create(&thread, NULL, answer_all, NULL),
                             0);
        for (size_t i = 0; i < MANY; i++) {
            if (!round)
                fd[i] = raw_connect(port);
            assert_true(fd[i] >= 0);
            assert_true(raw_send(fd[i], POST));
        }
        for (size_t i = 0; i < MANY; i++)
            assert_string_equal(raw_take(fd[i], &a, 10000)->body, "thanks");
        pthread_join(thread, NULL);
    }
    for (size_t i = 0; i < MANY; i++)
        close(fd[i]);
    http_counts(h, &counts);
    assert_int_equal(counts.requests, 2 * MANY);
    assert_int_equal(counts.late, 0);
    end(&h);
}

/* The end: nothing new, what was deferred is answered, and it is sent. */
static void test_drain_and_stop(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, 20000);
    const int fd = raw_connect(port), other = raw_connect(port);
    struct http_later *l;
    static struct raw_answer a;

    (void)state;
    assert_true(raw_send(fd, POST));
    l = next_waiting();
    http_drain(h);
    assert_true(raw_send(other, POST));
    assert_int_equal(raw_take(other, &a, 2000)->status, 503);
    assert_non_null(strstr(a.head, "Retry-After: 1\r\n"));
    reply(l, 200, "just in time");
    end(&h);
    assert_string_equal(raw_take(fd, &a, 2000)->body, "just in time");
    close(fd);
    close(other);
}

/* It ends soon although somebody does not take his answer. */
static enum status send_much(void *ctx, const struct http_request *r,
                             struct http_answer *a)
{
    const size_t much = 32u << 20;
    const enum status st = buffer_reserve(&a->body, much);

    (void)ctx;
    (void)r;
    if (st == ST_OK) {
        memset(a->body.data, 'x', much);
        a->body.len = much;
    }
    return st;
}

static void test_stop_in_the_middle(void **state)
{
    static const struct http_route route = {"GET", "/much", send_much, NULL, 0};
    const struct http_options o = {.address = "127.0.0.1:0",
                                   .routes = &route,
                                   .count = 1,
                                   .connections = 4,
                                   .deadline_ms = 20000};
    struct http_server *h = NULL;
    struct err err;
    int64_t begin;
    char byte;
    int fd;

    (void)state;
    assert_int_equal(http_start(&o, &h, &err), ST_OK);
    fd = raw_connect(http_port(h));
    assert_true(raw_send(fd, "GET /much HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_true(raw_exactly(fd, &byte, 1, 2000));
    begin = raw_now();
    http_stop(&h);
    assert_true(raw_now() - begin < 5000);
    close(fd);
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
    const struct rlimit files = {8192, 8192};
    const struct CMUnitTest tests[] = {
        TIMED(test_others_go_on),       TIMED(test_client_gone),
        TIMED(test_a_thousand_at_once), TIMED(test_drain_and_stop),
        TIMED(test_stop_in_the_middle),
    };

    signal(SIGPIPE, SIG_IGN);
    (void)setrlimit(RLIMIT_NOFILE, &files);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
