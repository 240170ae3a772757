/* files.h - small files of a test. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The path of a file in this test's own folder. */
static inline const char *file_path(const char *name)
{
    static char path[4][4096];
    static unsigned next;
    char *out = path[next++ % 4];
    const char *dir = getenv("TMPDIR");

    (void)snprintf(out, sizeof path[0], "%s/%s", dir ? dir : ".", name);
    return out;
}

static inline const char *file_write(const char *name, const char *text)
{
    const char *path = file_path(name);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
    return path;
}

#endif
