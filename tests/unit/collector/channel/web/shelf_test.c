/* shelf_test.c - pages made once, and the collector's word: tables of fixed
 * size that forget the oldest and mix nothing up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "shelf.h"
#include "standing.h"

static struct http_page *make_page(size_t size)
{
    struct http_page *p = NULL;
    char *text = malloc(size);

    assert_non_null(text);
    memset(text, 'x', size);
    assert_int_equal(http_page_new(text, size, &p), ST_OK);
    free(text);
    return p;
}

static void put(struct shelf *s, const char *key, size_t size, int64_t at)
{
    struct http_page *p = make_page(size);

    shelf_put(s, key, p, at);
    http_page_free(&p);
}

/* The size of the page of that key; 0: none. */
static size_t take(struct shelf *s, const char *key, int64_t at)
{
    struct http_page *p = shelf_take(s, key, at);
    const size_t size = p ? http_page_size(p, false) : 0;

    http_page_free(&p);
    return size;
}

static void test_shelf(void **unused)
{
    struct shelf *s = NULL;
    char key[SHELF_KEY_MAX + 8];
    size_t there = 0;

    (void)unused;
    assert_int_equal(shelf_new(16, &s), ST_OK);
    assert_int_equal(take(s, "a", 0), 0);
    put(s, "a", 11, 5000);
    assert_int_equal(take(s, "a", 5000), 11);
    assert_int_equal(take(s, "a", 5000 + SHELF_FRESH_MS - 1), 11);
    assert_int_equal(take(s, "a", 5000 + SHELF_FRESH_MS), 0);
    assert_int_equal(take(s, "b", 5000), 0);
    put(s, "a", 12, 8000);
    assert_int_equal(take(s, "a", 8000), 12);
    memset(key, 'k', sizeof key - 1); /* too long a key is not kept */
    key[sizeof key - 1] = '\0';
    put(s, key, 13, 8000);
    assert_int_equal(take(s, key, 8000), 0);
    for (size_t i = 0; i < 100; i++) {
        (void)snprintf(key, sizeof key, "page %zu", i);
        put(s, key, 100 + i, 9000);
        assert_int_equal(take(s, key, 9000), 100 + i);
    }
    for (size_t i = 0; i < 100; i++) { /* some have lost their place */
        (void)snprintf(key, sizeof key, "page %zu", i);
        const size_t got = take(s, key, 9000);

        assert_true(got == 0 || got == 100 + i);
        there += got != 0;
    }
    assert_true(there >= 10 && there <= 16);
    shelf_free(&s);
    assert_null(s);
    shelf_free(&s);
}

static void make_id(uint64_t n, uint8_t id[ID_SIZE])
{
    memset(id, 0, ID_SIZE);
    bytes_put64(id + 8, n);
}

static struct standing standing_at(uint64_t n, int64_t at)
{
    struct standing s = {.at = at, .state = INVITATION_ANSWERED, .items = 7};

    make_id(n, s.id);
    s.have[n % 7] = 1;
    return s;
}

static void test_standings(void **unused)
{
    struct standings *all = NULL;
    struct standing s, got = {.items = 99};
    uint8_t id[ID_SIZE];

    (void)unused;
    assert_int_equal(standings_new(2, &all), ST_OK);
    make_id(4, id);
    assert_false(standings_get(all, id, &got));
    assert_int_equal(got.items, 99);
    for (uint64_t n = 0; n < 5; n++) { /* five of one set of four */
        s = standing_at(2 * n, 1000 + (int64_t)n);
        standings_put(all, &s);
    }
    make_id(0, id);
    assert_false(standings_get(all, id, &got)); /* the oldest */
    for (uint64_t n = 1; n < 5; n++) {
        make_id(2 * n, id);
        assert_true(standings_get(all, id, &got));
        assert_int_equal(got.at, 1000 + (int64_t)n);
        assert_int_equal(got.have[2 * n % 7], 1);
    }
    s = standing_at(4, 2000); /* told again: in its own place */
    standings_put(all, &s);
    s = standing_at(1, 1); /* the other set */
    standings_put(all, &s);
    for (uint64_t n = 1; n < 5; n++) {
        make_id(2 * n, id);
        assert_true(standings_get(all, id, &got));
    }
    standings_free(&all);
}

static void test_standing_of(void **unused)
{
    const uint8_t have[3] = {1, 0, 1};
    struct wire_invitation_state told = {
        .invitation = {.state = INVITATION_OPEN,
                       .survey = "repair",
                       .language = "zh-CN",
                       .context = {.province = "44"}},
        .items = 3,
        .have = have};
    struct standing s;

    (void)unused;
    make_id(77, told.invitation.id);
    memset(told.invitation.version, 5, HASH_SIZE);
    standing_of(&told, 123, &s);
    assert_int_equal(s.at, 123);
    assert_string_equal(s.survey, "repair");
    assert_string_equal(s.language, "zh-CN");
    assert_int_equal(s.items, 3);
    assert_memory_equal(s.have, have, 3);
    assert_int_equal(s.version[31], 5);
    told.items = ITEMS_MAX + 1; /* no survey has so many */
    standing_of(&told, 123, &s);
    assert_int_equal(s.items, 0);
    told.invitation.state = INVITATION_UNKNOWN;
    standing_of(&told, 124, &s);
    assert_int_equal(s.state, INVITATION_UNKNOWN);
    assert_string_equal(s.survey, "");
}

static enum status make(void *unused)
{
    struct shelf *s = NULL;
    struct standings *all = NULL;
    enum status st = shelf_new(4, &s);

    (void)unused;
    if (st == ST_OK)
        st = standings_new(4, &all);
    standings_free(&all);
    shelf_free(&s);
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
        cmocka_unit_test(test_shelf), cmocka_unit_test(test_standings),
        cmocka_unit_test(test_standing_of), cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
