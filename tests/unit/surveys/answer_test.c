/* answer_test.c - the strict reader of answers, at its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "surveys/answer.h"

static const struct item one_to_ten = {
    .code = "SAT1", .kind = ITEM_SCALE, .min = 1, .max = 10};
static const struct item nps = {
    .code = "NPS", .kind = ITEM_SCALE, .min = 0, .max = 10};
static const struct item widest = {
    .code = "W", .kind = ITEM_SCALE, .min = 1000, .max = 1253};
static const struct choice codes[] = {{.code = 1}, {.code = 2}, {.code = 9}};
static const struct item choice = {.code = "COM0",
                                   .kind = ITEM_CHOICE,
                                   .min = 1,
                                   .max = 9,
                                   .choices = 3,
                                   .choice = codes};
static const struct item text = {.code = "REP6", .kind = ITEM_TEXT};

static struct err err;

static uint8_t read_as(const struct item *it, const char *answer)
{
    uint8_t stored = 77;

    assert_int_equal(answer_parse(it, answer, strlen(answer), &stored, &err),
                     ST_OK);
    return stored;
}

static void refuse(const struct item *it, const char *answer,
                   const char *message)
{
    uint8_t stored = 77;

    assert_int_equal(answer_parse(it, answer, strlen(answer), &stored, &err),
                     ST_INVALID);
    assert_string_equal(err.text, message);
    assert_int_equal(stored, 77);
    assert_int_equal(answer_parse(it, answer, strlen(answer), &stored, NULL),
                     ST_INVALID);
}

static void reads_whole_numbers(void **state)
{
    (void)state;
    assert_int_equal(read_as(&one_to_ten, "1"), 1);
    assert_int_equal(read_as(&one_to_ten, "10"), 10);
    assert_int_equal(read_as(&one_to_ten, "07"), 7);
    assert_int_equal(read_as(&one_to_ten, "+7"), 7);
    assert_int_equal(read_as(&one_to_ten, " \t8 "), 8);
    assert_int_equal(read_as(&one_to_ten, "8.0"), 8);
    assert_int_equal(read_as(&one_to_ten, "8.000"), 8);
    assert_int_equal(read_as(&one_to_ten, "0000000000000000000010"), 10);
    assert_int_equal(read_as(&nps, "0"), 1);
    assert_int_equal(read_as(&nps, "-0"), 1);
    assert_int_equal(read_as(&nps, "10"), 11);
    assert_int_equal(read_as(&widest, "1000"), 1);
    assert_int_equal(read_as(&widest, "1253"), 254);
    assert_int_equal(read_as(&choice, "9"), 9);
}

static void takes_nothing_for_missing(void **state)
{
    (void)state;
    assert_int_equal(read_as(&one_to_ten, ""), 0);
    assert_int_equal(read_as(&one_to_ten, "  \t "), 0);
    assert_int_equal(read_as(&choice, ""), 0);
    assert_int_equal(read_as(&text, ""), 0);
}

static void refuses_off_scale(void **state)
{
    char long_number[301];

    (void)state;
    refuse(&one_to_ten, "11", "11 is not on the scale 1-10");
    refuse(&one_to_ten, "0", "0 is not on the scale 1-10");
    refuse(&one_to_ten, "-1", "-1 is not on the scale 1-10");
    refuse(&one_to_ten, "99", "99 is not on the scale 1-10");
    refuse(&one_to_ten, "266", "266 is not on the scale 1-10");
    refuse(&nps, "11.0", "11.0 is not on the scale 0-10");
    refuse(&widest, "999", "999 is not on the scale 1000-1253");
    refuse(&widest, "1254", "1254 is not on the scale 1000-1253");
    refuse(&choice, "3", "3 is not one of the choices");
    refuse(&choice, "10", "10 is not one of the choices");
    memset(long_number, '7', sizeof long_number - 1);
    long_number[sizeof long_number - 1] = '\0';
    refuse(&one_to_ten, long_number,
           "a number of 300 characters is not on the scale 1-10");
    /* a telephone number in the wrong column stays unsaid */
    refuse(&one_to_ten, "13800138000",
           "a number of 11 characters is not on the scale 1-10");
}

static void refuses_other_text(void **state)
{
    static const char *const wrong[] = {
        "x", "1e1", "0x7", "7分",   "７",  "十",  "7,5", "8.",  ".8",  "+",
        "-", "7 8", "--1", "8.0.0", "8.x", "7\n", "inf", "NaN", "8.5x"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuse(&one_to_ten, wrong[i], "not a whole number");
    refuse(&one_to_ten, "8.5", "a fraction; whole numbers only");
    refuse(&one_to_ten, "8.0000000001", "a fraction; whole numbers only");
    refuse(&text, "7", "a text; its place is the comment");
}

/* Only the bytes given are looked at. */
static void stops_at_the_length(void **state)
{
    uint8_t stored;

    (void)state;
    assert_int_equal(answer_parse(&one_to_ten, "75", 1, &stored, &err), ST_OK);
    assert_int_equal(stored, 7);
    assert_int_equal(answer_parse(&one_to_ten, "8\0x", 3, &stored, &err),
                     ST_INVALID);
}

static void knows_legal_bytes(void **state)
{
    (void)state;
    for (int b = 0; b < 256; b++) {
        const uint8_t byte = (uint8_t)b;

        assert_int_equal(answer_legal(&one_to_ten, byte), b <= 10);
        assert_int_equal(answer_legal(&nps, byte), b <= 11);
        assert_int_equal(answer_legal(&widest, byte), b <= 254);
        assert_int_equal(answer_legal(&choice, byte), b <= 2 || b == 9);
        assert_int_equal(answer_legal(&text, byte), b == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(takes_nothing_for_missing),
        cmocka_unit_test(refuses_off_scale),
        cmocka_unit_test(refuses_other_text),
        cmocka_unit_test(stops_at_the_length),
        cmocka_unit_test(knows_legal_bytes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
