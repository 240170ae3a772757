/* files.h - small files that are there whole or not at all.
 *
 * Written beside the place under another name, synced, then moved into place
 * with one step and the folder synced: a crash leaves the old file or the new
 * one.  What was being written is removed on failure.
 */
#ifndef COLLECTOR_FILES_H
#define COLLECTOR_FILES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/err.h"

/* ST_EXISTS when there is anything at `path`, which then stays as it is. */
MUST_USE enum status file_create(const char *path, mode_t mode,
                                 const void *data, size_t len, struct err *err);
/* Put it in the place of the file that is there, which keeps its mode and
 * owner.  ST_INVALID when that is not a regular file. */
MUST_USE enum status file_replace(const char *path, mode_t mode,
                                  const void *data, size_t len,
                                  struct err *err);
/* The status and the words for what the system said (errno) about a path. */
MUST_USE enum status file_failed(const char *path, int number, struct err *err);

/* Append the whole of a regular file to *out; ST_RANGE past out->max.
 * `secret`: ST_REFUSED when group or others have any right to it. */
MUST_USE enum status file_read(const char *path, bool secret,
                               struct buffer *out, struct err *err);

#endif
