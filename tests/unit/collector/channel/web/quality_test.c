/* quality_test.c - answers given too fast, and all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "quality.h"

#define ITEMS 8

static struct item items[ITEMS];
static const struct survey survey = {.items = ITEMS, .item = items};

static void test_fast(void **unused)
{
    const uint8_t three[ITEMS] = {1, 0, 2, 0, 3}, none[ITEMS] = {0};

    (void)unused;
    assert_int_equal(quality_flags(&survey, three, 2999), FLAG_FAST);
    assert_int_equal(quality_flags(&survey, three, 3000), 0);
    assert_int_equal(quality_flags(&survey, three, -1), 0);
    assert_int_equal(quality_flags(&survey, three, 0), FLAG_FAST);
    assert_int_equal(quality_flags(&survey, none, 0), 0);
}

static void test_straight(void **unused)
{
    uint8_t answers[ITEMS] = {4, 4, 4, 4, 4, 0, 0, 0};

    (void)unused;
    assert_int_equal(quality_flags(&survey, answers, -1), 0); /* five */
    answers[7] = 4;
    assert_int_equal(quality_flags(&survey, answers, -1), FLAG_STRAIGHT);
    answers[6] = 5;
    assert_int_equal(quality_flags(&survey, answers, -1), 0);
    items[6].kind = ITEM_CHOICE; /* of another kind: does not count */
    assert_int_equal(quality_flags(&survey, answers, 7000), FLAG_STRAIGHT);
    assert_int_equal(quality_flags(&survey, answers, 6999),
                     FLAG_STRAIGHT | FLAG_FAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fast),
                                       cmocka_unit_test(test_straight)};

    return cmocka_run_group_tests_name("quality", tests, NULL, NULL);
}
