/* columns.h - which column of a file holds what.
 *
 * A column is found by its header: an item's code, a field's name, an
 * attribute's code, or an alias of one of these (people's spreadsheets have
 * Chinese headers).  Whatever is none of them is ignored, and listed; but not
 * what is named like an item that the survey does not have.
 */
#ifndef AGENT_COLUMNS_H
#define AGENT_COLUMNS_H

#include "surveys/aliases.h"
#include "surveys/csv.h"
#include "surveys/survey.h"

/* X(symbol, name of the column) */
#define FIELDS(X)                                                              \
    X(ID, "id")                                                                \
    X(EVENT_AT, "event_at")                                                    \
    X(ANSWERED_AT, "answered_at")                                              \
    X(OPERATOR, "operator")                                                    \
    X(PRODUCT, "product")                                                      \
    X(PROVINCE, "province")                                                    \
    X(ORG, "org")                                                              \
    X(TOUCHPOINT, "touchpoint")                                                \
    X(CLASS, "class")                                                          \
    X(STRATUM, "stratum")                                                      \
    X(RATE, "rate")                                                            \
    X(CHANNEL, "channel")                                                      \
    X(FRAME, "frame")                                                          \
    X(ENTRY, "entry")                                                          \
    X(RESPONDENT, "respondent")                                                \
    X(PHONE, "phone")                                                          \
    X(ACTIVATED, "activated")                                                  \
    X(STAFF, "staff")                                                          \
    X(DURATION, "duration_ms")                                                 \
    X(FLAGS, "flags")                                                          \
    X(COMMENT, "comment")

#define X(symbol, name) FIELD_##symbol,
enum field { FIELDS(X) FIELD_COUNT };
#undef X

#define NO_COLUMN SIZE_MAX

struct columns {
    size_t field[FIELD_COUNT];        /* column, or NO_COLUMN */
    size_t item[ITEMS_MAX];           /* by item; the text item has none */
    size_t attribute[ATTRIBUTES_MAX]; /* by attribute */
    size_t ignored;
    char ignored_names[256]; /* "a, b, c and 4 more" */
};

/* Find the columns of `header`.  `path` is for messages; `aliases` may be
 * NULL.  With `short_form` the items outside the survey's short form may be
 * absent, else every item must be there.  ST_INVALID: a missing or an unknown
 * item, or two columns for one thing. */
MUST_USE enum status columns_find(const char *path, const struct csv *header,
                                  const struct survey *s,
                                  const struct aliases *aliases,
                                  bool short_form, struct columns *out,
                                  struct err *err);

#endif
