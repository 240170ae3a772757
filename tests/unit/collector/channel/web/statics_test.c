/* statics_test.c - files at the root: what is in the folder, and no more. */
#include <sys/stat.h>

#include "alloc.h"
#include "files.h"
#include "statics.h"

static struct err err;

static const char *make_folder(void)
{
    const char *folder = file_path("root");

    (void)mkdir(folder, 0700);
    return folder;
}

static void remove_folder(void)
{
    const char *const names[] = {"root/a.txt",      "root/b.html",
                                 "root/robots.txt", "root/bad name",
                                 "root/.hidden",    "root/big"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(file_path(names[i]));
    (void)rmdir(file_path("root/folder"));
    (void)rmdir(file_path("root"));
}

static size_t answered(const struct statics *s, const char *path,
                       const char *type)
{
    struct http_answer a = {.status = 404};
    size_t size;

    if (!statics_answer(s, path, &a))
        return 0;
    assert_string_equal(a.type, type);
    size = http_page_size(a.page, false);
    http_page_free(&a.page);
    return size;
}

static void test_folder(void **unused)
{
    const char *const nowhere[] = {"",        "/",        "a.txt", "/A.txt",
                                   "/a.txt/", "//a.txt",  "/b",    "/.hidden",
                                   "/../a",   "/robots.t"};
    struct statics *s = NULL;

    (void)unused;
    remove_folder();
    make_folder();
    file_write("root/a.txt", "12345");
    file_write("root/b.html", "<p>");
    file_write("root/.hidden", "secret");
    assert_int_equal(statics_load(file_path("root"), &s, &err), ST_OK);
    assert_int_equal(statics_count(s), 3);
    assert_int_equal(answered(s, "/a.txt", "text/plain; charset=utf-8"), 5);
    assert_int_equal(answered(s, "/b.html", "text/html; charset=utf-8"), 3);
    assert_int_equal(answered(s, "/robots.txt", "text/plain; charset=utf-8"),
                     26);
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        assert_int_equal(answered(s, nowhere[i], ""), 0);
    statics_free(&s);
    file_write("root/robots.txt", "theirs");
    assert_int_equal(statics_load(file_path("root"), &s, &err), ST_OK);
    assert_int_equal(answered(s, "/robots.txt", "text/plain; charset=utf-8"),
                     6);
    statics_free(&s);
    assert_null(s);
    assert_int_equal(statics_load("", &s, &err), ST_OK);
    assert_int_equal(statics_count(s), 1);
    statics_free(&s);
    remove_folder();
}

static void test_refused(void **unused)
{
    struct statics *s = NULL;
    char *big = calloc(1, STATIC_BYTES_MAX + 2);

    (void)unused;
    assert_non_null(big);
    remove_folder();
    assert_int_equal(statics_load(file_path("root"), &s, &err), ST_NOTFOUND);
    make_folder();
    file_write("root/bad name", "x");
    assert_int_equal(statics_load(file_path("root"), &s, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "bad name"));
    (void)unlink(file_path("root/bad name"));
    memset(big, 'b', STATIC_BYTES_MAX + 1);
    file_write("root/big", big);
    assert_int_equal(statics_load(file_path("root"), &s, &err), ST_RANGE);
    (void)unlink(file_path("root/big"));
    assert_int_equal(mkdir(file_path("root/folder"), 0700), 0);
    assert_int_not_equal(statics_load(file_path("root"), &s, &err), ST_OK);
    assert_null(s);
    remove_folder();
    free(big);
}

static enum status load(void *folder)
{
    struct statics *s = NULL;
    enum status st = statics_load(folder, &s, &err);

    statics_free(&s);
    return st;
}

static void test_torture(void **unused)
{
    char folder[4096];

    (void)unused;
    remove_folder();
    (void)snprintf(folder, sizeof folder, "%s", make_folder());
    file_write("root/a.txt", "12345");
    alloc_torture(load, folder);
    remove_folder();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_folder),
                                       cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests_name("statics", tests, NULL, NULL);
}
