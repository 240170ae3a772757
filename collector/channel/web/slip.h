/* slip.h - all that the gateway remembers about one link, or one answer.
 *
 * One small record an id in the outbox's own file, so that a draft, a receipt
 * and what is owed to the collector change in one commit, and one look-up
 * tells what a link was used for.  After the answer is given and can no longer
 * be corrected its answers are taken out (slips_scrub); the rest stays until
 * long after the link has expired, so that nobody answers twice.
 */
#ifndef WEB_SLIP_H
#define WEB_SLIP_H

#include <stdint.h>

#include "base/limits.h"
#include "collector/durable.h"

enum {
    SLIP_DRAFT = 1 << 0,     /* answers that were not sent off yet */
    SLIP_ANSWERED = 1 << 1,  /* one response is in the outbox */
    SLIP_CORRECTED = 1 << 2, /* and its one correction */
    SLIP_DELETED = 1 << 3,   /* the customer took everything back */
    SLIP_STOPPED = 1 << 4,   /* the customer does not want to be asked */
    SLIP_SCRUBBED = 1 << 5   /* answers and comment are taken out */
};

struct slip {
    uint8_t marks;
    int64_t started_at;  /* the first form was seen */
    int64_t answered_at; /* 0: not yet */
    uint8_t version[HASH_SIZE];
    uint8_t digest[ID_SIZE]; /* of what an app sent; else zero */
    size_t items;
    uint8_t answers[ITEMS_MAX]; /* as in page.h */
    uint8_t have[ITEMS_MAX];    /* 1: answered elsewhere, as of the start */
    size_t comment_len;
    char comment[COMMENT_MAX + 1]; /* NUL-terminated */
};

/* *out is whole or untouched.  ST_NOTFOUND: nothing is known.  ST_CORRUPT: a
 * record that this version cannot read. */
MUST_USE enum status slip_get(struct durable *d, const uint8_t id[ID_SIZE],
                              struct slip *out, struct err *err);
/* Inside a transaction. */
MUST_USE enum status slip_put(struct durable *d, const uint8_t id[ID_SIZE],
                              const struct slip *s, struct err *err);

/* Inside a transaction: at most `max` slips each, the oldest first; *done
 * counts them.  Scrub those answered before `before`; forget those whose id is
 * older than `before`. */
MUST_USE enum status slips_scrub(struct durable *d, int64_t before, size_t max,
                                 size_t *done, struct err *err);
MUST_USE enum status slips_forget(struct durable *d, int64_t before, size_t max,
                                  size_t *done, struct err *err);

/* The clock in a UUIDv7, ms. */
int64_t slip_clock(const uint8_t id[ID_SIZE]);

#endif
