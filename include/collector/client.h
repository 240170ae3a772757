/* client.h - sending to the collector, and never losing or doubling.
 *
 * Every gateway uses this.  What is put in the outbox is durable; it is sent
 * until the collector acknowledges it after its own commit.  A process may be
 * killed at any moment: the outbox knows what is still owed.  Refused
 * responses stay in the outbox with their reason until somebody retries or
 * drops them; acknowledged messages are kept 7 days for `replay`.
 */
#ifndef COLLECTOR_CLIENT_H
#define COLLECTOR_CLIENT_H

#include "collector/keys.h"
#include "collector/wire.h"

struct client_options {
    const char *collector;      /* tcp://host:port; fixed for a message at its
                                   first send.  NULL: the outbox alone */
    const char *server_key;     /* Z85 public key of the collector */
    const struct key_pair *key; /* our own */
    const char *outbox;         /* file; NULL: only to describe */
    int64_t retry_ms;           /* send again after this; 0: 5000 */
    size_t window;              /* messages under way at once; 0: 4 */
};

struct outbox_counts {
    uint64_t pending, acknowledged, refused; /* messages, messages, responses */
    uint64_t accepted, duplicate, filled;    /* responses, this process */
    bool taken; /* a collector has ever taken a response of this outbox */
};

struct sender; /* a connection and its outbox */

/* Does not wait for a connection.  ST_REFUSED: the outbox holds messages that
 * were sent to another collector and not acknowledged.  ST_BUSY: it is in use
 * by another process. */
MUST_USE enum status sender_open(const struct client_options *o,
                                 struct sender **out, struct err *err);
/* Notes what was acknowledged so far. */
void sender_close(struct sender **s);

/* Make `count` responses of one survey durable, in as many messages as they
 * need, together with the caller's own progress note (NULL: none), in one
 * commit.  ST_FULL may pass: nothing was put. */
MUST_USE enum status sender_put(struct sender *s,
                                const struct survey_name *name,
                                const struct submission *list, size_t count,
                                const void *note, size_t note_len,
                                struct err *err);
/* The last note that was made durable.  ST_NOTFOUND: none yet. */
MUST_USE enum status sender_note(struct sender *s, struct buffer *out,
                                 struct err *err);

/* Send what is owed, take what comes back, for at most `ms`; returns early
 * when fewer than `window` messages are pending (`all` false) or none (`all`
 * true).  ST_BUSY: time is up and something is still owed; *err says why.
 * ST_REFUSED: the collector turns our key away, or is not the one that the
 * server key belongs to; nothing is lost, and the next call tries on. */
MUST_USE enum status sender_work(struct sender *s, bool all, int64_t ms,
                                 struct err *err);
void sender_counts(const struct sender *s, struct outbox_counts *out);

/* Refused responses in the order of their messages.  A message refused as a
 * whole is a refusal of each of its responses.  `place` is that of the
 * submission, 0 when it had none. */
typedef enum status outbox_refused_fn(void *ctx, const struct rejection *why,
                                      uint64_t place, int64_t at);
MUST_USE enum status sender_refused(struct sender *s, outbox_refused_fn *fn,
                                    void *ctx, struct err *err);
/* Their messages are owed once more. */
MUST_USE enum status sender_retry(struct sender *s, size_t *count,
                                  struct err *err);
/* Forget them, and those that were to be sent again and were not yet. */
MUST_USE enum status sender_drop(struct sender *s, size_t *count,
                                 struct err *err);
/* Make every message acknowledged since `since` (ms) pending again, free to go
 * to any collector. */
MUST_USE enum status sender_replay(struct sender *s, int64_t since,
                                   size_t *count, struct err *err);

/* Ask the collector for the survey's definition (newest version known to it
 * under this code): its YAML is appended to *out. */
MUST_USE enum status sender_describe(struct sender *s, const char *code,
                                     int64_t ms, struct buffer *out,
                                     struct err *err);

#endif
