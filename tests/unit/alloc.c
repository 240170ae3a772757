/* alloc.c - see alloc.h.  With FAIL_AT=n in the environment the n-th
 * allocation of the whole process fails, and FAIL_SEEN names a file that is
 * made when it was reached. */
#include "alloc.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

static atomic_size_t count;
static atomic_size_t fail_at;
static atomic_bool failed;

__attribute__((constructor)) static void from_environment(void)
{
    const char *n = getenv("FAIL_AT");

    if (n)
        fail_at = (size_t)strtoull(n, NULL, 10);
}

static bool refuse(void)
{
    const char *seen;

    if (atomic_fetch_add(&count, 1) + 1 != atomic_load(&fail_at))
        return false;
    failed = true;
    seen = getenv("FAIL_SEEN");
    if (seen)
        close(open(seen, O_CREAT | O_WRONLY, 0600));
    return true;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return refuse() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *s)
{
    return refuse() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
    return refuse() ? NULL : __real_strndup(s, n);
}

void alloc_fail_at(size_t n)
{
    count = 0;
    fail_at = n;
    failed = false;
}

bool alloc_failed(void)
{
    return failed;
}

size_t alloc_count(void)
{
    return count;
}

void alloc_torture(enum status (*body)(void *ctx), void *ctx)
{
    if (getenv("FAIL_AT")) /* the whole program is being tortured already */
        return;
    for (size_t n = 1;; n++) {
        enum status st;
        bool met;

        alloc_fail_at(n);
        st = body(ctx);
        met = alloc_failed();
        alloc_fail_at(0);
        if (!met) {
            assert_int_equal(st, ST_OK);
            return;
        }
        assert_int_equal(st, ST_NOMEM);
    }
}
