/* higher_test.c - a construct of constructs, as loaded, hashed and described.
 * (model_check_test.c has what the checker says of wrong ones.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "alloc.h"
#include "describe.h"
#include "surveys/survey.h"

#define ITEM(code)                                                             \
    "  - {code: " code ", scale: {min: 1, max: 5}, text: {en: q}}\n"

static const char yaml[] = "survey: shop\ntitle: {en: Shop}\nitems:\n" ITEM("V")
    ITEM("P") ITEM("Q") ITEM("S") "model:\n  constructs:\n"
                                  "    - {code: QUA, items: [Q, P]}\n"
                                  "    - {code: VAL, items: [V]}\n"
                                  "    - {code: PER, mode: B, of: [VAL, QUA]}\n"
                                  "    - {code: SAT, items: [S]}\n"
                                  "  paths:\n    - {from: VAL, to: [PER]}\n"
                                  "    - {from: QUA, to: [PER]}\n"
                                  "    - {from: PER, to: [SAT]}\n"
                                  "  index: SAT\n";

static struct survey *load(void)
{
    struct survey *s = NULL;
    struct err err = {""};

    if (survey_parse("x", yaml, sizeof yaml - 1, NULL, NULL, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static void repeats_items(void **state)
{
    struct survey *s = load();
    const struct construct *per = &s->model.construct[2];

    (void)state;
    assert_int_equal(s->model.construct[0].parts, 0);
    assert_int_equal(per->parts, 2);
    assert_int_equal(per->part[0], 1);
    assert_int_equal(per->part[1], 0);
    assert_int_equal(per->items, 3);
    assert_int_equal(per->item[0], 0); /* V, then P and Q as they are asked */
    assert_int_equal(per->item[1], 1);
    assert_int_equal(per->item[2], 2);
    survey_free(&s);
}

/* As README.md has it, written out by hand. */
static void hashes_what_is_documented(void **state)
{
#define HASHED(code)                                                           \
    "{\"code\":\"" code "\",\"kind\":\"scale\",\"max\":\"5\",\"min\":\"1\","   \
    "\"revision\":\"1\"}"
    static const char form[] =
        "{\"items\":[" HASHED("V") "," HASHED("P") "," HASHED("Q") "," HASHED(
            "S") "],\"model\":{\"constructs\":["
                 "{\"code\":\"QUA\",\"items\":[\"P\",\"Q\"],\"mode\":\"A\"},"
                 "{\"code\":\"VAL\",\"items\":[\"V\"],\"mode\":\"A\"},"
                 "{\"code\":\"PER\",\"mode\":\"B\",\"of\":[\"VAL\",\"QUA\"]},"
                 "{\"code\":\"SAT\",\"items\":[\"S\"],\"mode\":\"A\"}],"
                 "\"index\":\"SAT\",\"missing\":\"mean\",\"paths\":["
                 "[\"PER\",\"SAT\"],[\"QUA\",\"PER\"],[\"VAL\",\"PER\"]],"
                 "\"scheme\":\"path\"},\"survey\":\"shop\"}";
    struct survey *s = load();
    uint8_t want[HASH_SIZE];

    (void)state;
    crypto_hash_sha256(want, (const uint8_t *)form, sizeof form - 1);
    assert_memory_equal(s->form, want, HASH_SIZE);
    survey_free(&s);
}

static void squeeze(char *text)
{
    char *to = text;

    for (; *text; text++)
        if (*text != ' ' && *text != '\n')
            *to++ = *text;
    *to = '\0';
}

/* What `describe` prints of it, without blanks. */
static void said(enum status (*describe)(const struct survey *s, FILE *out),
                 const char *want)
{
    struct survey *s = load();
    char text[8192] = "";
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    assert_int_equal(describe(s, out), ST_OK);
    (void)fclose(out);
    squeeze(text);
    if (!strstr(text, want))
        fail_msg("%s", text);
    survey_free(&s);
}

static void describes_parts(void **state)
{
    (void)state;
    said(describe_text, "PERBofVALQUASAT");
    said(describe_text, "Vscale1-5,constructVAL");
    said(describe_json, "\"items\":[\"V\",\"P\",\"Q\"],"
                        "\"of\":[\"VAL\",\"QUA\"]");
}

static enum status load_and_drop(void *ctx)
{
    struct survey *s = NULL;
    enum status st =
        survey_parse("x", yaml, sizeof yaml - 1, NULL, ctx, &s, NULL);

    survey_free(&s);
    return st;
}

static void survives_failed_allocations(void **state)
{
    (void)state;
    alloc_torture(load_and_drop, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_items),
        cmocka_unit_test(hashes_what_is_documented),
        cmocka_unit_test(describes_parts),
        cmocka_unit_test(survives_failed_allocations)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
