/* table.h - an aligned table for a terminal.
 *
 * Columns are as wide as their widest cell as printed (Chinese characters
 * take two columns); numbers stand right, texts left.
 */
#ifndef SURVEYS_TABLE_H
#define SURVEYS_TABLE_H

#include <stdio.h>

#include "base/status.h"

struct table;

/* `titles`: `columns` of them, copied.  A title that begins with '>' makes its
 * column stand right (the sign is not printed). */
MUST_USE enum status table_new(size_t columns, const char *const *titles,
                               struct table **out);
void table_free(struct table **t);
/* One row of `columns` texts, copied. */
MUST_USE enum status table_row(struct table *t, const char *const *cells);
MUST_USE enum status table_print(const struct table *t, FILE *out);

#endif
