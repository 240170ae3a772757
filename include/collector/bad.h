/* bad.h - the rows of a file that were passed over, as a file of their own.
 *
 * Under the same header and byte for byte as they stood, so that whatever can
 * open the one can open the other; there whole or not at all, mode 0600.
 */
#ifndef COLLECTOR_BAD_H
#define COLLECTOR_BAD_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define BAD_BYTES_MAX                                                          \
    (64 << 20) /* they wait in memory, to be mended by hand                    \
                */

/* Zeroed before its first use. */
struct bad_rows {
    char *path; /* NULL: no bad row so far */
    struct buffer bytes;
};

/* Take the bytes from..to of the file at `path`, whose header is its first
 * `header` bytes.  ST_RANGE past BAD_BYTES_MAX. */
MUST_USE enum status bad_add(struct bad_rows *b, const char *path,
                             uint64_t header, uint64_t from, uint64_t to,
                             struct err *err);
/* Into "calls.bad.csv" for "calls.csv", "feed.bad.jsonl" for "feed.jsonl".
 * ST_INVALID when something else is there, which stays. */
MUST_USE enum status bad_save(const struct bad_rows *b, struct err *err);
void bad_free(struct bad_rows *b);

#endif
