/* status.h - how a function says that it could not do its work.
 *
 * Whatever can fail for a reason outside the program returns one of these;
 * results go to out-parameters, which are untouched on failure.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <stdbool.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))

enum status {
    ST_OK,
    ST_NOMEM,    /* an allocation failed */
    ST_INVALID,  /* input breaks a rule: syntax, type, unknown code */
    ST_RANGE,    /* a number or size is past its limit */
    ST_NOTFOUND, /* no such file, key, survey, row */
    ST_EXISTS,   /* the key is taken */
    ST_REFUSED,  /* not allowed: rights, file mode, closed */
    ST_IO,       /* the operating system failed us */
    ST_FULL,     /* no room on the disk: may pass */
    ST_BUSY,     /* locked by somebody else, or a time limit: may pass */
    ST_CORRUPT,  /* not the file it should be, or damaged */
    ST_NEWER,    /* written by a newer version than this one */
    ST_NUMERIC,  /* no honest number exists for this input */
    ST_STOPPED   /* asked to stop */
};

/* The exit code of a program that ends with this status: 0 done, 1 failed,
 * 2 wrong usage or wrong input. */
static inline int status_exit(enum status st)
{
    switch (st) {
    case ST_OK:
        return 0;
    case ST_INVALID:
    case ST_RANGE:
    case ST_NOTFOUND:
    case ST_CORRUPT:
    case ST_NEWER:
        return 2;
    default:
        return 1;
    }
}

static inline bool streq(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

#endif
