/* memory.h - what manyi-sms remembers, in the table of its outbox.
 *
 *     space       key                         value
 *     META        "mac"                       32 random bytes
 *     TALK        id                          talk_pack
 *     INVITATION  id                          the invitation as it was pulled;
 *                                             without its contact once nothing
 *                                             more is to be sent
 *     LINE        line, id                    ""
 *     WAKE        time, id                    "": talks that began
 *     WAIT        campaign, time, id          "": talks that did not
 *     SEEN        week, hash                  "": messages that came
 *     NUMBER      keyed hash of a number      opted out at, told at
 *     SURVEY      version                     the definition
 *
 * Numbers in keys are big-endian.  All changes stand inside a transaction of
 * the sender.
 */
#ifndef SMS_MEMORY_H
#define SMS_MEMORY_H

#include "collector/client.h"
#include "collector/durable.h"
#include "talk.h"

enum sms_space {
    SMS_META = SENDER_SPACE,
    SMS_TALK,
    SMS_INVITATION,
    SMS_LINE,
    SMS_WAKE,
    SMS_WAIT,
    SMS_SEEN,
    SMS_NUMBER,
    SMS_SURVEY
};

#define SMS_MAC_SIZE 32
/* ST_NOTFOUND: a new table. */
MUST_USE enum status memory_mac(struct durable *d, uint8_t out[SMS_MAC_SIZE],
                                struct err *err);
MUST_USE enum status memory_set_mac(struct durable *d,
                                    const uint8_t mac[SMS_MAC_SIZE],
                                    struct err *err);

/* ST_NOTFOUND. */
MUST_USE enum status memory_talk(struct durable *d, const uint8_t *id,
                                 struct talk *out, struct err *err);
/* Keep a talk and its place in the indices, which is `wake` from now on. */
MUST_USE enum status memory_keep(struct durable *d, struct talk *t,
                                 int64_t wake, struct err *err);
MUST_USE enum status memory_forget(struct durable *d, const struct talk *t,
                                   struct err *err);

/* The invitation of a talk: *out is a view of *map, which the caller frees. */
MUST_USE enum status memory_invitation(struct durable *d, const uint8_t *id,
                                       struct buffer *map,
                                       struct invitation *out, struct err *err);
MUST_USE enum status memory_keep_invitation(struct durable *d,
                                            const struct invitation *i,
                                            struct err *err);

/* The talk of a line that a text from there belongs to: the open one, else the
 * one that ended last.  ST_NOTFOUND.  `waiting` (NULL: not wanted) gets the
 * ids of those that wait. */
MUST_USE enum status memory_line(struct durable *d, const uint8_t *line,
                                 struct talk *out, struct buffer *waiting,
                                 struct err *err);

/* Ids of talks, at most `max`, in the order of their times up to `now`,
 * appended to *out. */
MUST_USE enum status memory_awake(struct durable *d, int64_t now, size_t max,
                                  struct buffer *out, struct err *err);
MUST_USE enum status memory_waiting(struct durable *d, const char *campaign,
                                    int64_t now, size_t max, struct buffer *out,
                                    struct err *err);

/* Whether this hash was marked in the last week; those older than a fortnight
 * are forgotten, up to `max` at a time. */
MUST_USE enum status memory_seen(struct durable *d, const uint8_t *hash,
                                 int64_t now, bool *seen, struct err *err);
MUST_USE enum status memory_mark(struct durable *d, const uint8_t *hash,
                                 int64_t now, struct err *err);
MUST_USE enum status memory_unmark_old(struct durable *d, int64_t now,
                                       size_t max, struct err *err);

struct sms_number {
    int64_t opted_out_at, told_at; /* 0: never */
};
/* Zero when nothing is known. */
MUST_USE enum status memory_number(struct durable *d, const uint8_t *hash,
                                   struct sms_number *out, struct err *err);
MUST_USE enum status memory_keep_number(struct durable *d, const uint8_t *hash,
                                        const struct sms_number *n,
                                        struct err *err);
/* Forget numbers that were told nothing since `told` and have not opted out
 * since `out`, a few at a time: *from is where the last call stopped. */
struct sms_sweep {
    uint8_t from[ID_SIZE];
};
struct sms_since {
    int64_t told, out;
};
MUST_USE enum status memory_sweep(struct durable *d, struct sms_sweep *at,
                                  const struct sms_since *since,
                                  struct err *err);

#endif
