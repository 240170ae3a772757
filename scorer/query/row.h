/* row.h - one row of texts, filled from the left: of a table for people, or of
 * a CSV file for programs.
 */
#ifndef QUERY_ROW_H
#define QUERY_ROW_H

#include "scorer/query.h"

enum { ROW_COLUMNS = DIMENSIONS + 32, ROW_TEXT = 2 * WATERMARK_MAX + 2 };

struct row {
    size_t count;
    char text[ROW_COLUMNS][ROW_TEXT];
    const char *cell[ROW_COLUMNS]; /* as table_new and table_row take them */
};

void row_put(struct row *r, const char *text);
__attribute__((format(printf, 2, 3))) void row_format(struct row *r,
                                                      const char *format, ...);
/* A dimension's code, with its name behind it where `names` (or NULL) has one
 * on the query's last day. */
void row_put_code(struct row *r, const struct query *q, enum dimension d,
                  const char *code, const struct codes *names);

MUST_USE enum status row_write_csv(const struct row *r, FILE *out);

#endif
