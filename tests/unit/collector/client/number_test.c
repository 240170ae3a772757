/* number_test.c - one number, however it is written, is one text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/person.h"

static void becomes(const char *text, const char *want)
{
    char got[PERSON_NUMBER_MAX + 1] = "untouched";
    const enum status st = person_number(text, got);

    if (st != ST_OK || strcmp(got, want) != 0)
        fail_msg("'%s': status %d, '%s', want '%s'", text, (int)st, got, want);
    /* what is normal stays as it is */
    assert_int_equal(person_number(want, got), ST_OK);
    assert_string_equal(got, want);
}

static void is_none(const char *text)
{
    char got[PERSON_NUMBER_MAX + 1] = "untouched";
    const enum status st = person_number(text, got);

    if (st != ST_INVALID)
        fail_msg("'%s': status %d, '%s'", text, (int)st, got);
    assert_string_equal(got, "untouched");
}

static void test_mobile(void **state)
{
    static const char *const same[] = {
        "13912345678",
        "139 1234 5678",
        "139-1234-5678",
        "139.1234.5678",
        " 13912345678 ",
        "+86 139 1234 5678",
        "+8613912345678",
        "+86-139-1234-5678",
        "(+86)13912345678",
        "（＋86）139 1234 5678",
        "0086 139 1234 5678",
        "00 86 13912345678",
        "+0086 13912345678",
        "8613912345678",
        "86-139-1234-5678",
        "013912345678",
        "0 139 1234 5678",
        "+86 (0) 139 1234 5678",
        "0086013912345678",
        "86013912345678",
        "１３９１２３４５６７８",
        "＋８６　１３９－１２３４－５６７８",
        "一三九一二三四五六七八",
        "幺三九 幺二三四 五六七八",
        "139\t12345678",
        "139\xc2\xa0"
        "1234\xc2\xa0"
        "5678",
        "\xe2\x80\xad+86 139 1234 5678\xe2\x80\xac"};

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        becomes(same[i], "13912345678");
    becomes("19987654321", "19987654321");
    becomes("+86 170 0000 0001", "17000000001");
}

static void test_landline(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"021 5888 1234", "02158881234"},
        {"+86 21 58881234", "02158881234"},
        {"+86 (21) 5888-1234", "02158881234"},
        {"+86 021 58881234", "02158881234"},
        {"+86 (0)21 5888 1234", "02158881234"},
        {"0086-21-58881234", "02158881234"},
        {"862158881234", "02158881234"},
        {"86 021 58881234", "02158881234"},
        {"(021)58881234", "02158881234"},
        {"（０２１）５８８８１２３４", "02158881234"},
        {"〇二一 五八八八 一二三四", "02158881234"},
        /* Beijing: an area code that looks like a mobile's beginning */
        {"010-65001234", "01065001234"},
        {"+86 10 6500 1234", "01065001234"},
        {"861065001234", "01065001234"},
        /* area codes of three digits, numbers of eight and of seven */
        {"0755-8333 1234", "075583331234"},
        {"+86 755 8333 1234", "075583331234"},
        {"0871 6512345", "08716512345"},
        {"+86 871 6512345", "08716512345"},
        {"0086 0871 6512345", "08716512345"},
        /* without an area code nobody knows the rest */
        {"58881234", "58881234"},
        {"6512345", "6512345"},
        {"8612345", "8612345"},
        {"86001234", "86001234"},
        {"+86 58881234", "58881234"},
        {"027-8765432", "0278765432"},
        /* the country's, without an area */
        {"400 810 1234", "4008101234"},
        {"+86 400 810 1234", "4008101234"},
        {"8008101234", "8008101234"},
        /* things, and the ports of services */
        {"1064812345678", "1064812345678"},
        {"+86 1440012345678", "1440012345678"},
        {"10690123456", "10690123456"},
        {"+86 10690123456", "10690123456"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        becomes(cases[i].text, cases[i].want);
}

static void test_foreign(void **state)
{
    (void)state;
    becomes("00852 2345 6789", "0085223456789");
    becomes("+852 2345-6789", "0085223456789");
    becomes("+1 (415) 555-2671", "0014155552671");
    becomes("+7 495 123 45 67", "0074951234567");
    becomes("0081 3 1234 5678", "0081312345678");
    becomes("＋８５２２３４５６７８９", "0085223456789");
    becomes("+886 912 345 678", "00886912345678"); /* not 86 */
    becomes("+123456789012345", "00123456789012345");
    becomes("+1234567", "001234567");
    is_none("+1234567890123456");
    is_none("+123456");
    is_none("00123456");
    is_none("000852 2345 6789");
    is_none("+0852 2345 6789");
}

static void test_none(void **state)
{
    static const char *const none[] = {
        "", " ", "+", "++++", "0", "86", "+86", "0086", "unknown", "无", "n/a",
        /* services are nobody's number */
        "0086 10086", "123456", "012345",
        /* an extension */
        "021-58881234转802", "021-58881234 ext 802", "021-58881234x802",
        "021-58881234#802", "021-58881234,802", "021-58881234-802",
        "021-58881234-8", "0755-83331234-8", "+86 21 58881234 802",
        "13912345678-802", "+86 13912345678 1234", "13912345678转1234",
        /* two of them */
        "13912345678/13812345678", "13912345678 13812345678",
        "13912345678;13812345678",
        /* half a number, hidden or spoilt */
        "139****5678", "139123x5678", "1.3912345678E+10", "13912345678.0e",
        "139+12345678", "139 1234 5678+", "+86+13912345678", "13912345678\xff",
        "\xff\xfe", "139①2345678", "1234567890123456",
        "1234567890123456789012345678901234567"};

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        is_none(none[i]);
}

/* Bytes as they come: never more than fits, and only digits come out. */
static void test_any_bytes(void **state)
{
    static const char pieces[][8] = {"0",
                                     "86",
                                     "1",
                                     "3",
                                     "5",
                                     "+",
                                     " ",
                                     "-",
                                     "(",
                                     "００",
                                     "九",
                                     "00",
                                     "\xe2\x80\x8b",
                                     "99",
                                     "\xc3"};
    uint32_t seed = 2463534242u;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[128] = "", got[PERSON_NUMBER_MAX + 1];

        for (size_t k = 0, at = 0; k < 14; k++) {
            const char *piece;

            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            piece = pieces[(seed >> 7) % 15];
            memcpy(text + at, piece, strlen(piece) + 1);
            at += strlen(piece);
        }
        if (person_number(text, got) != ST_OK)
            continue;
        assert_true(strlen(got) >= 7 && strlen(got) <= PERSON_NUMBER_MAX);
        assert_int_equal(strspn(got, "0123456789"), strlen(got));
        becomes(text, got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mobile),    cmocka_unit_test(test_landline),
        cmocka_unit_test(test_foreign),   cmocka_unit_test(test_none),
        cmocka_unit_test(test_any_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
