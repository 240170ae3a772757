/* source.h - a file that is read more than once: what it holds, and whether it
 * is still the same.
 */
#ifndef COLLECTOR_SOURCE_H
#define COLLECTOR_SOURCE_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/err.h"
#include "base/limits.h"

struct source {
    uint8_t hash[HASH_SIZE]; /* BLAKE2b-256 of its bytes */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

/* Reads the whole of a regular file. */
MUST_USE enum status source_read(const char *path, struct source *out,
                                 struct err *err);
/* ST_INVALID when the file is not as it was read. */
MUST_USE enum status source_same(const char *path, const struct source *s,
                                 struct err *err);

#endif
