/* labels_test.c - a column of words as numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "fit_labels.h"

static void test_words_are_numbered_as_met(void **state)
{
    struct fit_labels l = {0};
    char word[16];

    (void)state;
    assert_int_equal(fit_labels_find(&l, "x"), SIZE_MAX);
    for (unsigned i = 0; i < 5000; i++) {
        const int len = snprintf(word, sizeof word, "w%u", i * 7919u % 1000u);

        assert_int_equal(fit_labels_add(&l, word, (size_t)len, NULL), ST_OK);
        assert_string_equal(l.word[l.row[i]], word);
    }
    assert_int_equal(l.rows, 5000);
    assert_int_equal(l.count, 1000);
    for (unsigned i = 0; i < 1000; i++) {
        (void)snprintf(word, sizeof word, "w%u", i * 7919u % 1000u);
        assert_int_equal(fit_labels_find(&l, word), i);
    }
    assert_int_equal(fit_labels_find(&l, "w1000"), SIZE_MAX);
    fit_labels_free(&l);
}

/* The length counts, not a NUL; nothing is a word too. */
static void test_odd_words(void **state)
{
    struct fit_labels l = {0};
    char longest[LABEL_MAX + 2];
    struct err err = {""};

    (void)state;
    memset(longest, 'a', sizeof longest);
    assert_int_equal(fit_labels_add(&l, "abc", 2, NULL), ST_OK);
    assert_int_equal(fit_labels_add(&l, "", 0, NULL), ST_OK);
    assert_int_equal(fit_labels_add(&l, "ab", 2, NULL), ST_OK);
    assert_int_equal(fit_labels_add(&l, longest, LABEL_MAX, NULL), ST_OK);
    assert_int_equal(fit_labels_add(&l, longest, LABEL_MAX + 1, &err),
                     ST_RANGE);
    assert_non_null(strstr(err.text, "64"));
    assert_int_equal(l.rows, 4);
    assert_int_equal(l.count, 3);
    assert_int_equal(l.row[2], 0);
    assert_int_equal(fit_labels_find(&l, ""), 1);
    fit_labels_free(&l);
}

static enum status add_many(void *ctx)
{
    struct fit_labels l = {0};
    enum status st = ST_OK;
    char word[16];

    (void)ctx;
    for (unsigned i = 0; i < 3000 && st == ST_OK; i++) {
        const int len = snprintf(word, sizeof word, "%u", i % 200);

        st = fit_labels_add(&l, word, (size_t)len, NULL);
    }
    fit_labels_free(&l);
    return st;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    alloc_torture(add_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_numbered_as_met),
        cmocka_unit_test(test_odd_words),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
