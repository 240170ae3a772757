/* import.h - a file of answers, sent to the collector.
 *
 * The file is read twice: first every row is checked and nothing leaves, then
 * the rows go into the outbox, a group a commit, together with the place in
 * the file; the outbox is sent until the collector has acknowledged all.
 */
#ifndef AGENT_IMPORT_H
#define AGENT_IMPORT_H

#include <stdint.h>

#include "base/err.h"

/* As the command line and manyi.yaml say; NULL: not given. */
struct import_options {
    const char *collector, *server_key, *key;
    const char *survey;
    const char *surveys, *codes;
    const char *channel, *frame, *entry;
    const char *operator, * product, *province;
    const char *date;
    const char *encoding;
    const char *hash_key;
    const char *outbox;
    int64_t timeout; /* seconds without any progress */
    bool dry_run, skip_bad;
};

struct import_result {
    uint64_t rows, bad;                   /* of the file, so far */
    uint64_t all;                         /* rows it has; 0: not known */
    uint64_t accepted, duplicate, filled; /* responses, said just now */
    uint64_t refused, owed; /* responses, messages: in the outbox */
    bool dry_run;
    bool before; /* an earlier call has put all of the file */
};

/* Asked now and then: has somebody told us to stop? */
typedef bool import_stop_fn(void *ctx);

/* ST_INVALID: bad rows or bad usage, nothing was sent.  ST_STOPPED and ST_BUSY:
 * the same call goes on where this one stopped.  *out counts what was done in
 * any case. */
MUST_USE enum status import_file(const struct import_options *options,
                                 const char *path, import_stop_fn *stop,
                                 void *ctx, struct import_result *out,
                                 struct err *err);

#endif
