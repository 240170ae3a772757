/* question_read.h - a question while it is read, for the question*.c. */
#ifndef SERVE_QUESTION_READ_H
#define SERVE_QUESTION_READ_H

#include "fields.h"

enum { NUMBER_TEXT = 32 }; /* room for a number among the options, as text */

struct reading {
    struct fields in;
    struct question *q;
    char *text; /* room that is left */
    const char **code;
    const char *from, *to;
    bool survey, base;
    struct err *err;
};

/* TROUBLE_FIELD, in words. */
enum trouble wrong(const struct reading *r, const char *field,
                   const char *wanted);

/* The fields of a query that are not of its head. */
struct field {
    const char *name;
    enum trouble (*read)(struct reading *r);
};
extern const struct field question_field[];
extern const size_t question_fields;

#endif
