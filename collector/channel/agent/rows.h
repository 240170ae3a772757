/* rows.h - from one record of a file to one response. */
#ifndef AGENT_ROWS_H
#define AGENT_ROWS_H

#include "collector/person.h"
#include "collector/wire.h"
#include "columns.h"
#include "row_ids.h"
#include "surveys/codes.h"

/* What all rows have in common; all pointers are the caller's. */
struct rows {
    const char *path; /* for messages */
    const struct survey *survey;
    const struct csv *csv;
    const struct codes *codes;       /* NULL: codes are sent as they are */
    const struct person_key *person; /* NULL: no plain numbers */
    struct columns columns;
    struct context given; /* what the options said: a row's own word wins */
    int64_t moment;       /* of a row that tells no time */
    int64_t latest;       /* an event behind it would be refused */
    bool check_only;      /* the rows go nowhere: they need no ids */
    struct row_ids ids;
};

/* Where a row puts what the response only views. */
struct row_space {
    uint8_t *answers; /* ITEMS_MAX */
    char *comment;    /* COMMENT_MAX */
};

/* Why the collector would refuse an event of that moment, or NULL. */
const char *rows_time_fault(const struct rows *r, int64_t event_at);

/* ST_INVALID when a column is there that these rows may not have. */
MUST_USE enum status rows_check(const struct rows *r, struct err *err);

/* Read record number `row` (from 0).  The response views `space`.  ST_INVALID
 * names file, line, column and cause, and no value that could be somebody's
 * number. */
MUST_USE enum status rows_read(const struct rows *r,
                               const struct csv_field *fields, uint64_t row,
                               const struct row_space *space,
                               struct response *out, struct err *err);

#endif
