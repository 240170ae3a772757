/* feed_lines.h - the lines of a file, one at a time, none longer than
 * LINE_MAX_BYTES. */
#ifndef INVITE_FEED_LINES_H
#define INVITE_FEED_LINES_H

#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

struct feed_lines;

MUST_USE enum status feed_lines_open(const char *path, struct feed_lines **out,
                                     struct err *err);
void feed_lines_close(struct feed_lines **l);
/* The next one that is not blank, without its end; valid until the next call.
 * ST_NOTFOUND at the end; ST_RANGE: too long, and final, like ST_IO. */
MUST_USE enum status feed_lines_next(struct feed_lines *l, const char **text,
                                     size_t *len, struct err *err);
uint64_t feed_lines_number(const struct feed_lines *l); /* of it, from 1 */
uint64_t feed_lines_offset(const struct feed_lines *l); /* behind it */
uint64_t feed_lines_size(const struct feed_lines *l);

#endif
