/* gzip.h - the one place that compresses (RFC 1952). */
#ifndef SERVICE_GZIP_H
#define SERVICE_GZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* What is shorter is sent as it is. */
#define GZIP_WORTH 1024

/* Keeps the 260 kB that one compression needs for the next; of one thread. */
struct gzip;
/* `level`: 1 quick ... 9 small. */
MUST_USE enum status gzip_new(int level, struct gzip **out);
void gzip_free(struct gzip **g);
/* Append to *out, which grows by no more than `len`: ST_RANGE, and *out as it
 * was, when the compressed form would not be shorter. */
MUST_USE enum status gzip_add(struct gzip *g, const void *data, size_t len,
                              struct buffer *out);

#endif
