/* due.h - the keys of TABLE_DUE: who is to be asked next, and by whom.
 *
 *     gateway NUL campaign NUL round time id
 *
 * The rows of one gateway and one campaign stand together, by time: a campaign
 * that may not send costs a pull one step, however many of it are due.  Those
 * never leased come first (round 0): while a campaign has had its share of a
 * canary, what was leased and not told of is found without passing them all.
 */
#ifndef INTAKE_DUE_H
#define INTAKE_DUE_H

#include "collector/store.h"
#include "collector/wire.h"

enum due_round { DUE_FIRST, DUE_AGAIN };

struct due_key {
    uint8_t data[STORE_KEY_MAX];
    size_t len;
};

/* A gateway and one of its campaigns ("": of none). */
struct due_place {
    char gateway[33];
    char campaign[SURVEY_CODE_MAX + 1];
};

static inline struct store_key due_as_key(const struct due_key *k)
{
    return (struct store_key){k->data, k->len};
}

/* The invitation's own row. */
struct due_key due_of(const struct invitation *i);
/* What stands before all rows of the place and round with that time or later;
 * of none at all: with a time of 0. */
struct due_key due_at(const struct due_place *p, enum due_round round,
                      int64_t time);
/* Behind all rows of the place. */
struct due_key due_behind(const struct due_place *p);
/* Before all rows of the gateway, in whatever campaign. */
struct due_key due_gateway(const char *gateway);

/* The place, round and id of a row; false: not of our making. */
bool due_read(struct store_key key, struct due_place *place,
              enum due_round *round, uint8_t id[ID_SIZE]);

/* The place of the first row at or behind `from`, for which *found. */
MUST_USE enum status due_next(struct store *s, const struct due_key *from,
                              struct due_place *out, bool *found,
                              struct err *err);

/* Rows, at most `max`, with from <= key < to: *rows gets struct due_key. */
MUST_USE enum status due_rows(struct store *s, const struct due_key *from,
                              const struct due_key *to, size_t max,
                              struct buffer *rows, struct err *err);

#endif
