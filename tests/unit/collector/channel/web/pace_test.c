/* pace_test.c - so many forms a minute of one link, and no others' loss. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "base/bytes.h"
#include "pace.h"

#define MINUTE 60000

static void make_id(uint64_t n, uint8_t id[ID_SIZE])
{
    memset(id, 0, ID_SIZE);
    bytes_put64(id + 8, n * UINT64_C(0x9e3779b97f4a7c15));
}

static unsigned allowed(struct pace *p, uint64_t who, unsigned tries,
                        int64_t now)
{
    uint8_t id[ID_SIZE];
    unsigned n = 0;

    make_id(who, id);
    for (unsigned i = 0; i < tries; i++)
        n += pace_allows(p, id, now);
    return n;
}

static void test_a_minute(void **unused)
{
    struct pace *p = NULL;

    (void)unused;
    assert_int_equal(pace_new(64, 3, &p), ST_OK);
    assert_int_equal(allowed(p, 1, 10, 7 * MINUTE), 3);
    assert_int_equal(allowed(p, 2, 2, 7 * MINUTE), 2);
    assert_int_equal(allowed(p, 1, 10, 7 * MINUTE + 59999), 0);
    assert_int_equal(allowed(p, 1, 10, 8 * MINUTE), 3);
    assert_int_equal(allowed(p, 2, 9, 7 * MINUTE + 1), 1); /* a clock back */
    pace_free(&p);
    assert_null(p);
    pace_free(&p);
}

static void test_edges(void **unused)
{
    struct pace *p = NULL;

    (void)unused;
    assert_int_equal(pace_new(1, 1, &p), ST_OK);
    assert_int_equal(allowed(p, 0, 5, 0), 1); /* an id of zeros, the epoch */
    assert_int_equal(allowed(p, 0, 5, MINUTE), 1);
    pace_free(&p);
}

/* Whoever is pushed out begins anew; whoever wrote last stays. */
static void test_full_set(void **unused)
{
    struct pace *p = NULL;

    (void)unused;
    assert_int_equal(pace_new(1, 2, &p), ST_OK);
    for (uint64_t who = 1; who <= 4; who++)
        assert_int_equal(allowed(p, who, 9, who * MINUTE), 2);
    assert_int_equal(allowed(p, 5, 9, 4 * MINUTE), 2); /* in 1's place */
    assert_int_equal(allowed(p, 4, 9, 4 * MINUTE), 0);
    assert_int_equal(allowed(p, 1, 9, 4 * MINUTE), 2);
    pace_free(&p);
}

/* Among as many links as there is room for half, nearly all keep their count.
 */
static void test_many(void **unused)
{
    struct pace *p = NULL;
    unsigned second = 0;

    (void)unused;
    assert_int_equal(pace_new(1024, 1, &p), ST_OK);
    for (uint64_t who = 1; who <= 2048; who++)
        assert_int_equal(allowed(p, who, 1, 0), 1);
    for (uint64_t who = 1; who <= 2048; who++)
        second += allowed(p, who, 1, 0);
    assert_true(second < 300);
    pace_free(&p);
}

static enum status make(void *unused)
{
    struct pace *p = NULL;
    enum status st = pace_new(8, 1, &p);

    (void)unused;
    pace_free(&p);
    return st;
}

static void test_torture(void **unused)
{
    (void)unused;
    alloc_torture(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_minute), cmocka_unit_test(test_edges),
        cmocka_unit_test(test_full_set), cmocka_unit_test(test_many),
        cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
