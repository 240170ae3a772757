/* outbox_table.h - how the outbox lies in its durable table; shared by the
 * files that work on it.
 *
 *     space     key                value
 *     META      "format"           1
 *               "next"             number of the next message
 *               "note"             the caller's progress
 *               "taken"            1: a collector took a response
 *               "program"          whose spaces from SENDER_SPACE on these are
 *     MESSAGE   batch              varint count, count x (id, entry), frame;
 *                                  entry 255: it is no response
 *     PENDING   batch              collector that it was first sent to, or "",
 *                                  or 0, at, count: it had so many refused
 *                                  elements then, and was not sent since
 *     DONE      at, batch          ""
 *     REFUSED   batch, index       at, entry, id, word of the reason
 *     PLACES    batch              of each response, as zigzag varints: how
 *                                  far its place is from the one before
 *
 * Numbers in keys are 8 bytes, big-endian, so a walk goes in their order.  A
 * message stays, with its places, as long as one of the three lists below it
 * names it.  Spaces from SENDER_SPACE on are the gateway's.
 */
#ifndef CLIENT_OUTBOX_TABLE_H
#define CLIENT_OUTBOX_TABLE_H

#include "collector/durable.h"
#include "outbox.h"

enum outbox_space {
    SPACE_META = 1,
    SPACE_MESSAGE,
    SPACE_PENDING,
    SPACE_DONE,
    SPACE_REFUSED,
    SPACE_PLACES
};

#define REFUSED_FIXED (8 + 1 + ID_SIZE) /* bytes before the word */
#define RETRIED_SIZE  (1 + 8 + 8)

/* Of a pending message's value: it belongs to no collector yet. */
static inline bool outbox_free(const uint8_t *value, size_t len)
{
    return len == 0 || value[0] == 0;
}

struct outbox_state {
    struct outbox_size size;
    uint64_t unfixed; /* pending without a collector */
    uint64_t next;
};

struct outbox {
    struct durable *table;
    struct outbox_state now;
    struct outbox_state before; /* as of the transaction's begin */
    struct buffer scratch;
    char *path;
};

/* durable_walk over a whole space or from a key, with words for what `fn`
 * finds. */
MUST_USE enum status outbox_walk(struct outbox *o, struct durable_key prefix,
                                 const struct durable_key *from, durable_fn *fn,
                                 void *ctx, struct err *err);
/* A durable_fn: count the rows in a uint64_t. */
enum status outbox_count(void *ctx, const uint8_t *key, size_t key_len,
                         const uint8_t *value, size_t len);

/* A key of one or two numbers. */
struct outbox_key {
    uint8_t bytes[16];
};
static inline struct durable_key outbox_key(struct outbox_key *k,
                                            enum outbox_space space, uint64_t a)
{
    bytes_put64(k->bytes, a);
    return (struct durable_key){space, k->bytes, 8};
}
static inline struct durable_key outbox_key2(struct outbox_key *k,
                                             enum outbox_space space,
                                             uint64_t a, uint64_t b)
{
    bytes_put64(k->bytes, a);
    bytes_put64(k->bytes + 8, b);
    return (struct durable_key){space, k->bytes, 16};
}
static inline struct durable_key outbox_all(enum outbox_space space)
{
    return (struct durable_key){space, NULL, 0};
}

/* A message into o->scratch, which it is a view of. */
struct outbox_message {
    uint64_t count;
    const uint8_t *ids; /* ID_SIZE + 1 bytes each: id, entry */
    const uint8_t *frame;
    size_t len;
};
/* The number 1 under META, "taken". */
MUST_USE enum status outbox_note_taken(struct outbox *o, struct err *err);
static inline bool outbox_responses(const struct outbox_message *m)
{
    return m->count && m->ids[ID_SIZE] != OUTBOX_NO_ENTRY;
}
MUST_USE enum status outbox_load(struct outbox *o, uint64_t batch,
                                 struct outbox_message *out, struct err *err);

#endif
