/* queue_test.c - order, limits, waking, and two threads. */
#include "collector/queue.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"

static bool readable(struct queue *q)
{
    struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};

    return poll(&p, 1, 0) == 1;
}

static void test_order_and_fd(void **state)
{
    struct queue *q = NULL;
    int item[3];

    (void)state;
    assert_int_equal(queue_new(2, &q), ST_OK);
    assert_false(readable(q));
    assert_null(queue_pop(q, 0));
    for (int round = 0; round < 3; round++) {
        assert_true(queue_push(q, &item[0]));
        assert_false(queue_full(q));
        assert_true(queue_push(q, &item[1]));
        assert_true(queue_full(q));
        assert_false(queue_push(q, &item[2]));
        assert_true(readable(q));
        assert_ptr_equal(queue_pop(q, 0), &item[0]);
        assert_true(readable(q));
        assert_true(queue_push(q, &item[2]));
        assert_ptr_equal(queue_pop(q, -1), &item[1]);
        assert_ptr_equal(queue_pop(q, 1000), &item[2]);
        assert_false(readable(q));
    }
    queue_free(&q);
    assert_null(q);
    queue_free(&q);
}

static void test_closed(void **state)
{
    struct queue *q = NULL;
    int item;

    (void)state;
    assert_int_equal(queue_new(1, &q), ST_OK);
    assert_true(queue_push(q, &item));
    queue_close(q);
    queue_close(q);
    assert_false(queue_push(q, &item));
    assert_true(readable(q));
    assert_ptr_equal(queue_pop(q, -1), &item);
    assert_null(queue_pop(q, -1));
    assert_true(readable(q)); /* whoever polls learns that it is over */
    queue_free(&q);

    assert_int_equal(queue_new(1, &q), ST_OK);
    queue_close(q);
    assert_true(readable(q));
    assert_null(queue_pop(q, -1));
    queue_free(&q);
}

static void test_wait_ends(void **state)
{
    struct queue *q = NULL;
    struct timespec a, b;

    (void)state;
    assert_int_equal(queue_new(1, &q), ST_OK);
    clock_gettime(CLOCK_MONOTONIC, &a);
    assert_null(queue_pop(q, 30));
    clock_gettime(CLOCK_MONOTONIC, &b);
    assert_true(
        (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 >= 29);
    queue_free(&q);
}

enum { ITEMS = 20000 };
static size_t items[ITEMS + 1];

static void *produce(void *arg)
{
    struct queue *q = arg;

    for (size_t i = 1; i <= ITEMS; i++) {
        items[i] = i * 17;
        while (!queue_push(q, &items[i]))
            usleep(50);
    }
    queue_close(q);
    return NULL;
}

/* Each item arrives once, in order, with what was written into it. */
static void take_all(struct queue *q, bool polled)
{
    size_t want = 1;
    struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};

    for (;;) {
        size_t *item;

        if (polled)
            assert_int_equal(poll(&p, 1, 10000), 1);
        item = queue_pop(q, polled ? 0 : -1);
        if (!item)
            break;
        assert_ptr_equal(item, &items[want]);
        assert_int_equal(*item, want * 17);
        *item = 0;
        want++;
    }
    assert_int_equal(want, ITEMS + 1);
}

static void test_two_threads(void **state)
{
    (void)state;
    for (int polled = 0; polled < 2; polled++) {
        struct queue *q = NULL;
        pthread_t thread;

        assert_int_equal(queue_new(7, &q), ST_OK);
        assert_int_equal(pthread_create(&thread, NULL, produce, q), 0);
        take_all(q, polled);
        pthread_join(thread, NULL);
        queue_free(&q);
    }
}

static enum status make(void *ctx)
{
    struct queue *q = NULL;
    const enum status st = queue_new(3, &q);

    (void)ctx;
    queue_free(&q);
    return st;
}

static void test_no_memory(void **state)
{
    struct queue *q = NULL;

    (void)state;
    alloc_torture(make, NULL);
    assert_int_equal(queue_new(SIZE_MAX / 2, &q), ST_NOMEM);
    assert_null(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_fd), cmocka_unit_test(test_closed),
        cmocka_unit_test(test_wait_ends),    cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
