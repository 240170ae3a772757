/* json_test.c - one document, byte for byte. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "alloc.h"
#include "surveys/json.h"

static void fill(struct json *j)
{
    json_put_object(j, NULL);
    json_put_text(j, "text\n\"x\"", "满意 \\ \"\x01\x7f\t");
    json_put_number(j, "index", 72.4541179309101);
    json_put_number(j, "third", 1.0 / 3.0);
    json_put_number(j, "whole", 50);
    json_put_number(j, "big", 1e300);
    json_put_number(j, "none", NAN);
    json_put_number(j, "far", -INFINITY);
    json_put_integer(j, "least", INT64_MIN);
    json_put_array(j, "list");
    json_put_bool(j, NULL, true);
    json_put_bool(j, NULL, false);
    json_put_null(j, NULL);
    json_put_object(j, NULL);
    json_close(j);
    json_put_array(j, NULL);
    json_close(j);
    json_close(j);
    json_close(j);
}

static const char expected[] = "{\n"
                               "  \"text\\n\\\"x\\\"\": \"满意 \\\\ "
                               "\\\"\\u0001\x7f\\t\",\n"
                               "  \"index\": 72.454117930910101,\n"
                               "  \"third\": 0.33333333333333331,\n"
                               "  \"whole\": 50.0,\n"
                               "  \"big\": 1.0000000000000001e300,\n"
                               "  \"none\": null,\n"
                               "  \"far\": null,\n"
                               "  \"least\": -9223372036854775808,\n"
                               "  \"list\": [\n"
                               "    true,\n"
                               "    false,\n"
                               "    null,\n"
                               "    {},\n"
                               "    []\n"
                               "  ]\n"
                               "}\n";

static enum status write_document(void *ctx)
{
    char **text = ctx;
    size_t len;
    FILE *f = open_memstream(text, &len);
    struct json *j = json_new();
    enum status st;

    fill(j);
    st = json_end(&j, f);
    assert_null(j);
    fclose(f);
    return st;
}

static enum status write_and_drop(void *ctx)
{
    char *text = NULL;
    enum status st = write_document(&text);

    (void)ctx;
    free(text);
    return st;
}

static void writes(void **state)
{
    char *text = NULL;

    (void)state;
    assert_int_equal(write_document(&text), ST_OK);
    assert_string_equal(text, expected);
    free(text);
    alloc_torture(write_and_drop, NULL);
}

/* Whatever the number, it reads back as itself. */
static void keeps_all_digits(void **state)
{
    uint64_t bits = UINT64_C(0x9e3779b97f4a7c15);

    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct json *j = json_new();
        char *text = NULL;
        size_t len;
        FILE *f = open_memstream(&text, &len);
        double v;

        bits = bits * UINT64_C(6364136223846793005) + 1442695040888963407U;
        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v))
            v = 0.1 * i;
        json_put_array(j, NULL);
        json_put_number(j, NULL, v);
        json_close(j);
        assert_int_equal(json_end(&j, f), ST_OK);
        fclose(f);
        assert_true(strtod(text + 3, NULL) == v);
        free(text);
    }
}

static void tells_failures_at_the_end(void **state)
{
    struct json *j = json_new();
    FILE *full = fopen("/dev/full", "w");

    (void)state;
    assert_non_null(full);
    json_put_text(j, NULL, "x\xff");
    assert_int_equal(json_end(&j, stdout), ST_INVALID);
    j = json_new();
    json_put_object(j, NULL);
    json_put_null(j, "\xc3");
    json_put_array(j, "told in vain");
    json_put_text(j, NULL, "y\xff");
    assert_int_equal(json_end(&j, stdout), ST_INVALID);
    j = json_new();
    json_put_text(j, NULL, "x");
    assert_int_equal(json_end(&j, full), ST_IO);
    fclose(full);
    j = NULL; /* as when json_new was out of memory */
    json_put_object(j, NULL);
    json_put_text(j, "a", "b");
    json_close(j);
    assert_int_equal(json_end(&j, stdout), ST_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes), cmocka_unit_test(keeps_all_digits),
        cmocka_unit_test(tells_failures_at_the_end)};

    json_set_alloc_funcs(malloc, free); /* those that alloc_torture can fail */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
