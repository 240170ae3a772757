/* cube.h - the file that sums are kept in between runs.
 *
 * A cache: what is in it can be made again from the store, so a file that is
 * damaged or of another version is thrown away.  Its header says how far into
 * the log its sums reach; it is written in the same transaction as they.
 */
#ifndef QUERY_CUBE_H
#define QUERY_CUBE_H

#include "collector/durable.h"
#include "collector/store.h"
#include "key.h"

/* Numbered spaces of the file; those of the cells are LAYER_DAY ... */
enum { SPACE_HEADER = LAYERS, SPACE_FORM, SPACE_FITS };

struct cube {
    struct durable *table;
    char *path;
    bool temporary;             /* made by us, removed when closed */
    bool damaged;               /* what was read cannot be: discard it */
    struct watermark watermark; /* what is summed */
};

/* `path` NULL: a file of its own in TMPDIR.  A damaged one or one of another
 * version is thrown away with one log line, but only what is certainly ours:
 * by its mark, or by the name "...-cube.db". */
MUST_USE enum status cube_open(struct cube *c, const char *path,
                               struct err *err);
void cube_close(struct cube *c);

/* Begin again with an empty file. */
MUST_USE enum status cube_discard(struct cube *c, struct err *err);

/* Inside durable_begin ... commit; a value of no bytes deletes. */
MUST_USE enum status cube_put(struct cube *c, uint32_t space,
                              const struct cell_key *key,
                              const struct buffer *value, struct err *err);
/* Replaces *out; of a key that is not there: by nothing. */
MUST_USE enum status cube_get(struct cube *c, uint32_t space,
                              const struct cell_key *key, struct buffer *out,
                              struct err *err);
/* c->watermark itself moves when the caller has committed. */
MUST_USE enum status
cube_put_watermark(struct cube *c, const struct watermark *w, struct err *err);

/* ST_CORRUPT with the words "FILE: damaged", remembered in c->damaged. */
MUST_USE enum status cube_bad(struct cube *c, struct err *err);
/* Hands back `st`, remembering what a durable call said of the file. */
MUST_USE enum status cube_told(struct cube *c, enum status st);

#endif
