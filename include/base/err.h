/* err.h - words for a human about one failure.
 *
 * The caller owns it and passes it as the final parameter; whoever fails first
 * fills it: one line, the place and then the cause ("mobi.csv:7: SAT1: 11 is
 * not on the scale 1-10").  Never an answer of a named person, never a number.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdio.h>

#include "base/status.h"

#define ERR_MAX 512

struct err {
    char text[ERR_MAX];
};

/* Fill *e (NULL is fine) and hand back `st`: `return err_set(e, ST_IO, ...)`.
 * A longer text is cut, and control characters, which would make it two lines
 * or write over a terminal, become '?'. */
__attribute__((format(printf, 3, 4))) static inline enum status
err_set(struct err *e, enum status st, const char *format, ...)
{
    va_list args;

    if (!e)
        return st;
    va_start(args, format);
    (void)vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    for (char *c = e->text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    return st;
}

#endif
