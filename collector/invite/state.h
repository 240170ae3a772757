/* state.h - what a draw must still know later: seeds, serial numbers, events
 * that were looked at, who was asked when, and every draw that was made.
 *
 * Lies in the outbox's own file, so that an invitation that is owed and the
 * note that it was made are one commit.  Everything of people is hashes.
 */
#ifndef INVITE_STATE_H
#define INVITE_STATE_H

#include "collector/client.h"
#include "collector/durable.h"
#include "plan.h"

#define ASKS_MAX 32 /* of one unit; older ones are forgotten */

struct ask {
    int64_t at;
    uint8_t purpose;
};

struct asks {
    size_t count;
    struct ask list[ASKS_MAX]; /* in the order in which they were noted */
};

/* Spaces of the sender's table. */
enum {
    SPACE_SEEDS = SENDER_SPACE, /* campaign -> seed */
    SPACE_SERIALS,              /* its number -> last serial given */
    SPACE_SEEN,                 /* hash of campaign, event -> "" */
    SPACE_ASKS,                 /* unit -> asks, 9 bytes each */
    SPACE_ACCOUNTS,             /* number -> its accounts */
    SPACE_DRAWS                 /* campaign NUL time -> draw_note */
};

struct state {
    struct durable *table;
    uint8_t campaign[8]; /* hash of its name: prefix of its events */
    struct buffer value; /* at hand */
};

/* `table` is the sender's, and outlives it. */
void state_open(struct state *s, struct durable *table, const char *campaign);
void state_close(struct state *s);

/* ST_NOTFOUND: it has none yet. */
MUST_USE enum status state_seed(struct state *s, const char *campaign,
                                uint8_t out[PLAN_SEED_SIZE], struct err *err);
/* Serial numbers given out under this campaign's number so far. */
MUST_USE enum status state_serial(struct state *s, uint16_t number,
                                  uint32_t *out, struct err *err);
MUST_USE enum status state_seen(struct state *s, const uint8_t event[ID_SIZE],
                                bool *out, struct err *err);
MUST_USE enum status state_asks(struct state *s, const uint8_t unit[ID_SIZE],
                                struct asks *out, struct err *err);
/* The accounts that a number was seen on, as of accounts.h; 0: none. */
MUST_USE enum status state_accounts(struct state *s,
                                    const uint8_t number[ID_SIZE],
                                    uint64_t *out, struct err *err);

/* ---- inside a transaction ---- */

MUST_USE enum status state_put_seed(struct state *s, const char *campaign,
                                    const uint8_t seed[PLAN_SEED_SIZE],
                                    struct err *err);
MUST_USE enum status state_put_serial(struct state *s, uint16_t number,
                                      uint32_t last, struct err *err);
MUST_USE enum status
state_put_seen(struct state *s, const uint8_t event[ID_SIZE], struct err *err);
MUST_USE enum status state_put_ask(struct state *s, const uint8_t unit[ID_SIZE],
                                   const struct ask *ask, struct err *err);
MUST_USE enum status state_put_accounts(struct state *s,
                                        const uint8_t number[ID_SIZE],
                                        uint64_t accounts, struct err *err);
/* The events and the seed of a campaign that is over; its draws stay. */
MUST_USE enum status state_forget(struct state *s, const char *campaign,
                                  struct err *err);

/* ---- the draws ---- */

struct draw_note {
    char campaign[SURVEY_CODE_MAX + 1];
    int64_t at;
    uint8_t seed[PLAN_SEED_SIZE];
    uint8_t feed[HASH_SIZE]; /* BLAKE2b-256 of the feed's bytes */
    uint64_t rows, bad, seen, events, eligible, drawn;
    uint64_t excluded[EXCLUDED_REASONS];
    uint32_t first; /* serial number of the first drawn */
};
MUST_USE enum status
state_put_draw(struct state *s, const struct draw_note *note, struct err *err);
typedef enum status state_draw_fn(void *ctx, const struct draw_note *note);
/* In the order of campaign and time. */
MUST_USE enum status state_draws(struct state *s, state_draw_fn *fn, void *ctx,
                                 struct err *err);

#endif
