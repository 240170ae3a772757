/* settings_test.c - what is told of a setting before anything begins. */
#include "collector/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"

static char folder[] = "settings-XXXXXX";
static char file[64], later[64], nowhere[64];

static int make_files(void **state)
{
    FILE *f;

    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/file", folder);
    snprintf(later, sizeof later, "%s/later", folder);
    snprintf(nowhere, sizeof nowhere, "%s/no/where", folder);
    f = fopen(file, "w");
    return f ? fclose(f) : -1;
}

static int remove_files(void **state)
{
    (void)state;
    return unlink(file) == 0 ? rmdir(folder) : -1;
}

static void wrong(enum status want, enum status got, const char *before,
                  const char *text, const char *behind, const struct err *cause)
{
    char whole[ERR_MAX];

    snprintf(whole, sizeof whole, "%s%s%s", before, text, behind);
    assert_int_equal(got, want);
    assert_string_equal(cause->text, whole);
}

static void addresses(void **state)
{
    static const char *const collector = "tcp://127.0.0.1:99999";
    struct err c = {""};

    (void)state;
    assert_int_equal(setting_collector("", &c), ST_OK);
    assert_int_equal(setting_collector("tcp://127.0.0.1:7010", &c), ST_OK);
    assert_int_equal(setting_loopback("", &c), ST_OK);
    assert_int_equal(setting_loopback("127.0.0.1:0", &c), ST_OK);
    assert_string_equal(c.text, "");
    wrong(ST_INVALID, setting_collector(collector, &c), "'", collector,
          "' is not an address (tcp://HOST:PORT)", &c);
    wrong(ST_INVALID, setting_loopback("nonsense", &c), "", "nonsense",
          ": is not an address and a port in numbers", &c);
    wrong(ST_REFUSED, setting_loopback("0.0.0.0:80", &c), "", "0.0.0.0:80",
          ": is not a loopback address", &c);
}

static void files_and_folders(void **state)
{
    struct err c = {""};

    (void)state;
    assert_int_equal(setting_file("", &c), ST_OK);
    assert_int_equal(setting_file(file, &c), ST_OK);
    assert_int_equal(setting_folder("", R_OK, &c), ST_OK);
    assert_int_equal(setting_folder(folder, R_OK, &c), ST_OK);
    assert_int_equal(setting_folder(folder, F_OK, &c), ST_OK);
    assert_string_equal(c.text, "");
    wrong(ST_NOTFOUND, setting_file(later, &c), "", later,
          ": No such file or directory", &c);
    wrong(ST_INVALID, setting_file(folder, &c), "", folder, ": a folder", &c);
    wrong(ST_NOTFOUND, setting_folder(later, F_OK, &c), "", later,
          ": No such file or directory", &c);
    wrong(ST_INVALID, setting_folder(file, R_OK, &c), "", file,
          ": not a folder", &c);
}

static void files_to_be_made(void **state)
{
    char below[80], place[80];
    struct err c = {""};

    (void)state;
    assert_int_equal(setting_folder_of(later, R_OK, &c), ST_OK);
    assert_int_equal(setting_folder_of(file, F_OK, &c), ST_OK);
    assert_int_equal(setting_folder_of("bare", F_OK, &c), ST_OK);
    assert_int_equal(setting_folder_of("", F_OK, &c), ST_OK);
    assert_string_equal(c.text, "");
    snprintf(place, sizeof place, "%s/no", folder);
    wrong(ST_NOTFOUND, setting_folder_of(nowhere, F_OK, &c), "", place,
          ": No such file or directory", &c);
    snprintf(below, sizeof below, "%s/below", file);
    wrong(ST_INVALID, setting_folder_of(below, R_OK, &c), "", file,
          ": not a folder", &c);
}

static enum status refuse(const char *text, struct err *cause)
{
    return err_set(cause, ST_RANGE, "never '%s'", text);
}

static void by_table(void **state)
{
    static const struct setting table[] = {
        {"key", setting_file}, {"never", refuse}, {NULL, NULL}};
    struct err c = {""};

    (void)state;
    assert_int_equal(settings_check(table, "key", file, &c), ST_OK);
    assert_int_equal(settings_check(table, "another", later, &c), ST_OK);
    assert_int_equal(settings_check(table + 2, "key", later, &c), ST_OK);
    assert_string_equal(c.text, "");
    wrong(ST_NOTFOUND, settings_check(table, "key", later, &c), "", later,
          ": No such file or directory", &c);
    wrong(ST_RANGE, settings_check(table, "never", "x", &c), "never '", "x",
          "'", &c);
}

static enum status folder_of(void *ctx)
{
    struct err c = {""};

    (void)ctx;
    return setting_folder_of(later, F_OK, &c);
}

static void no_memory(void **state)
{
    (void)state;
    alloc_torture(folder_of, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),        cmocka_unit_test(files_and_folders),
        cmocka_unit_test(files_to_be_made), cmocka_unit_test(by_table),
        cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, make_files, remove_files);
}
