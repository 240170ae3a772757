/* csv.h - delimited text as people's spreadsheets write it.
 *
 * Reader: RFC 4180 plus what Excel and WPS do: UTF-8 BOM, CRLF or LF or CR,
 * quoted line breaks, `,` `;` or tab (found from the header), GB18030 when
 * told.  One record is in memory at a time; a record over LINE_MAX_BYTES, a
 * NUL byte or wrong UTF-8 is refused with file:line and the cause (the last
 * names --encoding gb18030).
 *
 * Writer: RFC 4180, LF, quotes only where needed.
 */
#ifndef SURVEYS_CSV_H
#define SURVEYS_CSV_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct csv;

struct csv_field {
    const char *text; /* NUL-terminated; valid until the next call */
    size_t len;
};

struct csv_options {
    const char *encoding; /* NULL or "utf-8", or "gb18030" */
    uint64_t skip_to;     /* byte offset of a record to start at, as told by
                             csv_offset earlier; 0: right behind the header.
                             What lies before is read to count its lines */
};

/* Open the file and read its header.  "-" is standard input.  ST_NOTFOUND: no
 * such file; ST_REFUSED: no permission; ST_INVALID: empty, a directory, UTF-16,
 * a column name twice, an unknown encoding. */
MUST_USE enum status csv_open(const char *path,
                              const struct csv_options *options,
                              struct csv **out, struct err *err);
void csv_close(struct csv **c);

size_t csv_columns(const struct csv *c);
const char *csv_column(const struct csv *c, size_t i); /* trimmed */
/* SIZE_MAX when there is no such column. */
size_t csv_find(const struct csv *c, const char *name);

/* The next record: as many fields as columns; blank lines are passed over.
 * ST_NOTFOUND at the end.  ST_INVALID: this record is bad (too few or too many
 * fields, wrong character set, a NUL byte, a quote that is not closed), and the
 * next call goes on behind it.  Any other failure, ST_RANGE for a record over
 * LINE_MAX_BYTES among them, is final: each later call says the same. */
MUST_USE enum status csv_next(struct csv *c, const struct csv_field **fields,
                              struct err *err);
uint64_t csv_line(const struct csv *c);   /* line the record began on, from 1 */
uint64_t csv_offset(const struct csv *c); /* bytes of file behind the record */
uint64_t csv_size(const struct csv *c);   /* bytes of file, 0 = not known */

/* Write one field and the separator or line end behind it. */
MUST_USE enum status csv_write(FILE *out, const char *text, bool last);

#endif
