/* event.h - a warning as text that lasts: one JSON object.
 *
 * The fields are those of the rows of `manyi-scorer warnings`; it is what a
 * ledger keeps and what is sent on.
 */
#ifndef WARN_EVENT_H
#define WARN_EVENT_H

#include "scorer/warn.h"
#include "surveys/json.h"

/* Appended to *out. */
MUST_USE enum status event_write(const struct warning *w, struct buffer *out);
/* The same as a member of an object. */
void event_put(const struct warning *w, struct json *j, const char *key);

/* A view of the text, for as long as it is open. */
struct event {
    struct json_document *document;
    struct warning warning;
    enum dimension by[DIMENSIONS];
    const char *cell[DIMENSIONS];
};
/* ST_CORRUPT: not what event_write wrote. */
MUST_USE enum status event_unpack(const uint8_t *text, size_t len,
                                  struct event *out, struct err *err);
void event_close(struct event *e);

/* For qsort: by day, survey, cell, construct, item, chart, form. */
int event_order(const void *x, const void *y);

/* The columns of rows, and a row; the cell's dimensions are `by`. */
void event_columns(const enum dimension *by, size_t count, struct result *r);
void event_row(const struct warning *w, const enum dimension *by, size_t count,
               struct result *r);

#endif
