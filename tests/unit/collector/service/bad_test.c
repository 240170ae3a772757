/* bad_test.c - rows that were passed over, kept byte for byte. */
#include "files.h"

#include <sys/stat.h>

#include "alloc.h"
#include "collector/bad.h"
#include "collector/files.h"

static const char text[] = "a;b\r\n1;2\r\nx;\"\r\n\"\r\n3;4";

static enum status keep(const char *path, struct err *err)
{
    struct bad_rows b = {0};
    enum status st = bad_add(&b, path, 5, 10, 18, err);

    if (st == ST_OK)
        st = bad_add(&b, path, 5, 18, 21, err);
    if (st == ST_OK)
        st = bad_save(&b, err);
    bad_free(&b);
    return st;
}

static void is_kept(const char *path)
{
    struct buffer got = {0};
    struct err err;

    assert_int_equal(file_read(path, true, &got, &err), ST_OK);
    assert_int_equal(got.len, 16);
    assert_memory_equal(got.data, "a;b\r\nx;\"\r\n\"\r\n3;4", 16);
    buffer_free(&got);
}

static void test_names(void **state)
{
    static const char *const names[][2] = {{"calls.csv", "calls.bad.csv"},
                                           {"calls", "calls.bad.csv"},
                                           {"calls.jsonl", "calls.bad.jsonl"}};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(keep(file_write(names[i][0], text), &err), ST_OK);
        is_kept(file_path(names[i][1]));
        /* once more: it is the same */
        assert_int_equal(keep(file_path(names[i][0]), &err), ST_OK);
        is_kept(file_path(names[i][1]));
        unlink(file_path(names[i][0]));
        unlink(file_path(names[i][1]));
    }
}

/* What somebody has begun to mend is never written over. */
static void test_there(void **state)
{
    struct err err;

    (void)state;
    file_write("calls.csv", text);
    file_write("calls.bad.csv", "a;b\r\n1;2\r\n");
    assert_int_equal(keep(file_path("calls.csv"), &err), ST_INVALID);
    assert_non_null(strstr(err.text, "calls.bad.csv: is there already"));
    unlink(file_path("calls.bad.csv"));
    unlink(file_path("calls.csv"));
}

static void test_changed(void **state)
{
    struct bad_rows b = {0};
    struct err err;

    (void)state;
    file_write("calls.csv", text);
    assert_int_equal(bad_add(&b, file_path("calls.csv"), 5, 18, 99, &err),
                     ST_INVALID);
    assert_non_null(strstr(err.text, "changed while it was read"));
    assert_int_equal(bad_add(&b, file_path("calls.csv"), 5, 5,
                             (uint64_t)BAD_BYTES_MAX + 6, &err),
                     ST_RANGE);
    assert_non_null(strstr(err.text, "more than 64 MB"));
    unlink(file_path("calls.csv"));
    assert_int_equal(bad_add(&b, file_path("calls.csv"), 5, 5, 10, &err),
                     ST_NOTFOUND);
    bad_free(&b);
}

static enum status keep_it(void *ctx)
{
    struct bad_rows b = {0};
    struct err err;
    enum status st = bad_add(&b, ctx, 5, 10, 18, &err);

    bad_free(&b);
    return st;
}

static void test_torture(void **state)
{
    char path[4096];

    (void)state;
    (void)snprintf(path, sizeof path, "%s", file_write("calls.csv", text));
    alloc_torture(keep_it, path);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_there),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
