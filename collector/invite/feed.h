/* feed.h - a feed of service events, row by row, whatever it is written in.
 *
 * CSV with a header, or JSON lines: one object a line.  Columns and keys are
 * found by name, by an attribute's code, or by an alias of one of these.  One
 * row is in memory at a time; what it means is event.h's business.
 */
#ifndef INVITE_FEED_H
#define INVITE_FEED_H

#include "surveys/aliases.h"
#include "surveys/csv.h"
#include "surveys/survey.h"

/* X(symbol, name of the column) */
#define FEED_COLUMNS(X)                                                        \
    X(EVENT_ID, "event_id")                                                    \
    X(EVENT_AT, "event_at")                                                    \
    X(CASE, "case")                                                            \
    X(CONTACT_KIND, "contact_kind")                                            \
    X(CONTACT, "contact")                                                      \
    X(CONTACT_CHANGED, "contact_changed_at")                                   \
    X(ACCOUNT, "account")                                                      \
    X(ACTIVATED, "activated")                                                  \
    X(LANGUAGE, "language")                                                    \
    X(BASIS, "basis")                                                          \
    X(NOTICE, "notice")                                                        \
    X(ADULT, "adult")                                                          \
    X(OPERATOR, "operator")                                                    \
    X(PRODUCT, "product")                                                      \
    X(PROVINCE, "province")                                                    \
    X(ORG, "org")                                                              \
    X(CONTRACTOR, "contractor")                                                \
    X(TOUCHPOINT, "touchpoint")                                                \
    X(CLASS, "class")                                                          \
    X(STAFF, "staff")                                                          \
    X(STAFF_NUMBERS, "staff_numbers")                                          \
    X(FAULT_AT, "fault_at")                                                    \
    X(FAULT_MINUTES, "fault_minutes")                                          \
    X(FAULT_PLACE, "fault_place")                                              \
    X(FAULT_SYMPTOM, "fault_symptom")                                          \
    X(FAULT_CAUSE, "fault_cause")                                              \
    X(FAULT_RESULT, "fault_result")                                            \
    X(PROMISED_AT, "promised_at")                                              \
    X(ARRIVED_AT, "arrived_at")

#define X(symbol, name) FEED_##symbol,
enum feed_column { FEED_COLUMNS(X) FEED_COLUMN_COUNT };
#undef X
/* A slot: a column, or behind these one of the survey's attributes. */
#define FEED_SLOTS (FEED_COLUMN_COUNT + ATTRIBUTES_MAX)

struct feed_row {
    struct csv_field slot[FEED_SLOTS]; /* "" where the row tells nothing; valid
                                          until the next call */
};

struct feed_options {
    const char *shown;    /* what messages call the file; NULL: its path */
    const char *encoding; /* of CSV, as of csv.h */
    const struct aliases *aliases; /* NULL: none */
    const struct survey *survey;
};

struct feed;
/* ST_INVALID: neither, a column that must be there is not, or two columns for
 * one thing.  `options` is copied, what it points at is not. */
MUST_USE enum status feed_open(const char *path, const struct feed_options *o,
                               struct feed **out, struct err *err);
void feed_close(struct feed **f);
/* ST_NOTFOUND at the end.  ST_INVALID: this row is bad, and the next call goes
 * on behind it.  Anything else is final.  Messages are file:line: cause. */
MUST_USE enum status feed_next(struct feed *f, struct feed_row *out,
                               struct err *err);
uint64_t feed_line(const struct feed *f);   /* line of the row, from 1 */
uint64_t feed_offset(const struct feed *f); /* bytes of file behind it */
uint64_t feed_header(const struct feed *f); /* bytes before the first row */
uint64_t feed_size(const struct feed *f);   /* bytes of file, 0: not known */
/* The name of a slot, for messages. */
const char *feed_slot_name(const struct feed *f, size_t slot);
/* Columns and keys that nobody asked for: their number, and some names. */
size_t feed_ignored(const struct feed *f, const char **names);

#endif
