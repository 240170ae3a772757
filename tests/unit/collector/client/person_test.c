/* person_test.c - hashes of people, and comments without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/person.h"

static const struct person_key key = {{0x9f, 0x13, 0x6b, 0xc2, 0x7d}};

/* One number, however it is written, is one respondent. */
static void test_same_number(void **state)
{
    static const char *const same[] = {
        "13912345678",       "139 1234 5678",         "+86 139-1234-5678",
        "0086-139.12345678", "8613912345678",         "１３９１２３４５６７８",
        "(139)12345678",     "一三九一二三四五六七八"};
    uint8_t first[ID_SIZE], next[ID_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_int_equal(person_respondent(&key, same[i], "2019-01-05", next),
                         ST_OK);
        if (i == 0)
            memcpy(first, next, sizeof first);
        assert_memory_equal(first, next, sizeof first);
    }
}

/* Another number, date, key or kind of person is another hash. */
static void test_other(void **state)
{
    struct person_key other = key;
    uint8_t one[ID_SIZE], two[ID_SIZE];

    (void)state;
    other.bytes[31] = 1;
    assert_int_equal(person_respondent(&key, "13912345678", "", one), ST_OK);
    assert_int_equal(person_respondent(&key, "13912345679", "", two), ST_OK);
    assert_memory_not_equal(one, two, sizeof one);
    assert_int_equal(person_respondent(&key, "13912345678", "2019-01-05", two),
                     ST_OK);
    assert_memory_not_equal(one, two, sizeof one);
    assert_int_equal(person_respondent(&other, "13912345678", "", two), ST_OK);
    assert_memory_not_equal(one, two, sizeof one);
    person_staff(&key, "13912345678", two);
    assert_memory_not_equal(one, two, sizeof one);
}

static void test_no_number(void **state)
{
    static const char *const wrong[] = {
        "",
        "123456",
        "139123x5678",
        "\xff\xfe",
        "unknown",
        "++++",
        "1234567890123456789012345678901234567"};
    uint8_t out[ID_SIZE] = {7};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(person_respondent(&key, wrong[i], "", out),
                         ST_INVALID);
    assert_int_equal(out[0], 7);
    /* a fixed line, with and without its area code */
    assert_int_equal(person_respondent(&key, "027-8765432", "", out), ST_OK);
    assert_int_equal(person_respondent(&key, "8765432", "", out), ST_OK);
}

static void is_masked(const char *from, const char *want)
{
    char text[256];
    size_t len = strlen(from);

    assert_true(len < sizeof text);
    memcpy(text, from, len);
    len = person_mask(text, len);
    assert_int_equal(len, strlen(want));
    assert_memory_equal(text, want, len);
}

static void test_mask(void **state)
{
    (void)state;
    is_masked("", "");
    is_masked("1", "1");
    is_masked("12345", "12345");
    is_masked("123456", "******");
    is_masked("打 139-1234-5678 找我", "打 *********** 找我");
    is_masked("打１３９１２３４５６７８", "打***********");
    is_masked("一三九一二三四五六七八", "***********");
    is_masked("证件11010519491231002X。", "证件*****************。");
    is_masked("给10分，等了2-3天，共 1 2 次", "给10分，等了2-3天，共 1 2 次");
    is_masked("139 1234 5678 ", "*********** ");
    is_masked("-139-12345678-", "-***********-");
    is_masked("a.b+c@d-e.com!", "*!");
    is_masked("@ @a a@ @", "@ @a a@ @");
    is_masked("x@y@z", "*@z");
    is_masked("\xf0\x9f\x98\x80 13912345678\n",
              "\xf0\x9f\x98\x80 ***********\n");
}

static void test_key_file(void **state)
{
    char path[4096];
    const char *dir = getenv("TMPDIR");
    struct person_key got = {{1}};
    struct err err;
    FILE *f;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/hash.key", dir ? dir : ".");
    unlink(path);
    assert_int_equal(person_key_load(path, &got, &err), ST_NOTFOUND);
    f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 64; i++)
        fputc("0123456789abcdef"[i * 7 % 16], f);
    fputc('\n', f);
    fclose(f);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(person_key_load(path, &got, &err), ST_REFUSED);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(got.bytes[0], 1);
    assert_int_equal(person_key_load(path, &got, &err), ST_OK);
    assert_int_equal(got.bytes[0], 0x07);
    f = fopen(path, "a");
    assert_non_null(f);
    fputc('0', f);
    fclose(f);
    assert_int_equal(person_key_load(path, &got, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "64 hexadecimal"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_number), cmocka_unit_test(test_other),
        cmocka_unit_test(test_no_number),   cmocka_unit_test(test_mask),
        cmocka_unit_test(test_key_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
