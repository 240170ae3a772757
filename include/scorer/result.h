/* result.h - what every question is answered with: a table of records.
 *
 * A result names its columns once; each row has a value for each.  One writer
 * prints any of them for people, as CSV or as JSON (where its cell is a
 * member), and one codec sends them, so that a new kind of question needs
 * neither.
 *
 * It is filled in order: columns, then the values of each row from the left.
 * The first failure sticks and is returned by result_end.
 */
#ifndef SCORER_RESULT_H
#define SCORER_RESULT_H

#include <stdio.h>

#include "scorer/cells.h"
#include "surveys/codes.h"

enum value_type {
    VALUE_TEXT,
    VALUE_CODE,   /* of a dimension */
    VALUE_COUNT,  /* int64_t; COUNT_NONE: undefined */
    VALUE_NUMBER, /* double; NaN: undefined */
    VALUE_WORDS   /* words parted by blanks; in JSON an array */
};
#define COUNT_NONE    INT64_MIN
#define ELSEWHERE_MAX 256

struct column {
    const char *name; /* [a-z0-9_]+; kept by the result */
    enum value_type type;
    unsigned place;  /* in the table for people, from 1; 0: not there */
    unsigned digits; /* of a number there, behind the point */
    enum dimension dimension; /* of a code */
};

struct value {
    const char *text; /* TEXT, CODE, WORDS: the result's own; never NULL */
    int64_t count;
    double number;
};

struct result {
    size_t columns, rows;
    struct column *column;
    size_t cell, cells; /* where the columns of the cell stand, if any */
    bool has_cell;
    struct value *value; /* [row * columns + column] */
    size_t notes;
    const char **note; /* lines for people: what the numbers rest on */
    char query[33];    /* hexadecimal id of request and watermark */
    struct watermark watermark;
    int32_t day; /* code tables are read as of this day */
    /* met[0]: there are answers of these days and frames in the reader's scope;
     * then, for each code of each filter: one of them has it.  NULL: this kind
     * does not say. */
    bool *met;
    /* When met[0] is false: as engine_elsewhere says. */
    char elsewhere[ELSEWHERE_MAX];
    enum status failed;         /* the first failure */
    struct result_store *store; /* memory of the texts */
};

/* `*r` is all zero. */
void result_column(struct result *r, const struct column *column);
/* A VALUE_CODE column for each dimension (of none: an empty cell); their
 * places follow `place`.  Once. */
void result_cell(struct result *r, const enum dimension *by, size_t count,
                 unsigned place);
void result_text(struct result *r, const char *text); /* TEXT, CODE, WORDS */
void result_count(struct result *r, int64_t count);
void result_number(struct result *r, double number);
__attribute__((format(printf, 2, 3))) void result_note(struct result *r,
                                                       const char *format, ...);
/* ST_NOMEM, or ST_OK with whole rows. */
MUST_USE enum status result_end(struct result *r);
void result_free(struct result *r); /* fine on one all zero */

/* SIZE_MAX: no such column. */
size_t result_find(const struct result *r, const char *name);
const struct value *result_at(const struct result *r, size_t row,
                              size_t column);

enum result_format { RESULT_TABLE, RESULT_CSV, RESULT_JSON };
/* An aligned table with the notes behind it (with names beside codes where
 * `names` has them; NULL: none), CSV with a line of titles, or one JSON array
 * of objects.  CSV and JSON end each record with watermark and query. */
MUST_USE enum status result_write(const struct result *r,
                                  enum result_format format,
                                  const struct codes *names, FILE *out);

#endif
