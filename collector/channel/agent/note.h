/* note.h - how far an import has come, as kept in its outbox.
 *
 * It is written in the same commit as the rows that it counts, so an import
 * that is killed goes on exactly behind them.
 */
#ifndef AGENT_NOTE_H
#define AGENT_NOTE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"

struct note {
    uint8_t file[HASH_SIZE];   /* what is imported, */
    uint8_t how[HASH_SIZE];    /* how, */
    uint8_t form[HASH_SIZE];   /* and as answers to what */
    uint8_t secret[HASH_SIZE]; /* see row_ids */
    int64_t clock;             /* likewise */
    int64_t begun;             /* ms, when the import was first started */
    uint64_t offset;           /* bytes of the file that are done with */
    uint64_t rows;             /* records up to there */
    uint64_t bad;              /* of them, passed over */
    bool done;                 /* that was all of the file */
    uint64_t all;              /* records it has; 0: an old note */
};

MUST_USE enum status note_pack(const struct note *n, struct buffer *out);
/* ST_CORRUPT, ST_NEWER. */
MUST_USE enum status note_unpack(const struct buffer *in, struct note *out);

#endif
