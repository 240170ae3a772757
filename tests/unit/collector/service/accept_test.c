/* accept_test.c - who takes gzip, and what is worth it. */
#include "accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_gzip(void **state)
{
    static const struct {
        const char *header;
        bool want;
    } cases[] = {
        {NULL, false},
        {"", false},
        {"gzip", true},
        {"GZip", true},
        {"x-gzip", true},
        {"gzip, deflate, br", true},
        {"br,gzip", true},
        {" br , gzip ", true},
        {"deflate", false},
        {"gzipped", false},
        {"notgzip", false},
        {"identity;q=1.0, gzip;q=0.5", true},
        {"gzip;q=0", false},
        {"gzip;q=0.0", false},
        {"gzip;q=0.000", false},
        {"gzip;q=0.001", true},
        {"gzip; q=1", true},
        {"gzip ;q=1.000", true},
        {"gzip;Q=0", false},
        {"gzip;q=", false},
        {"gzip;q", false},
        {"gzip;level=9", false},
        {"gzip;q=x", false},
        {"gzip;q=-1", false},
        {"*", true},
        {"*;q=0", false},
        {"*;q=0.1", true},
        {"gzip;q=0, *", false},
        {"*, gzip;q=0", false},
        {"*;q=0, gzip", true},
        {"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
        {";;;,,,;q=1,", false},
        {",gzip", true},
        {"gzip,", true},
        {"identity", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (accept_gzip(cases[i].header) != cases[i].want)
            fail_msg("%s: got %d, want %d", cases[i].header, !cases[i].want,
                     cases[i].want);
}

static void test_text(void **state)
{
    (void)state;
    assert_true(accept_is_text("text/html; charset=utf-8"));
    assert_true(accept_is_text("text/plain; version=0.0.4"));
    assert_true(accept_is_text("application/json"));
    assert_true(accept_is_text("application/problem+json"));
    assert_true(accept_is_text("image/svg+xml"));
    assert_false(accept_is_text("image/png"));
    assert_false(accept_is_text("application/octet-stream"));
    assert_false(accept_is_text(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
