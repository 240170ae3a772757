/* client.h - sending to the collector, and never losing or doubling.
 *
 * Every gateway uses this.  What is put in the outbox is durable; it is sent
 * until the collector acknowledges it after its own commit.  A process may be
 * killed at any moment: the outbox knows what is still owed.  What was refused
 * (responses, events, invitations, samples, ids to be erased: *elements*) stays
 * in the outbox with its reason until somebody retries or drops it;
 * acknowledged messages are kept 7 days for `replay`.
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
    const char *program;        /* whose it is for good; NULL: never mind */
    int64_t retry_ms;           /* send again after this, then twice, ... 64
                                   times this; 0: 5000 */
    size_t window;              /* messages under way at once; 0: 4 */
};

struct outbox_counts {
    uint64_t pending, acknowledged, refused; /* messages, messages, elements */
    uint64_t accepted, duplicate, filled;    /* responses, this process */
    bool taken; /* a collector has ever taken a response of this outbox */
};

struct sender; /* a connection and its outbox */

/* Does not wait for a connection.  ST_REFUSED: the outbox holds messages that
 * were sent to another collector and not acknowledged.  ST_BUSY: it is in use
 * by another process.  ST_INVALID: it is that of another program. */
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
bool sender_up(const struct sender *s); /* the connection stands */

/* ---- a gateway: its own records beside what it owes, in one commit ---- */

/* The outbox's table.  A gateway keeps what it must remember (talks, drafts,
 * campaigns) in spaces from SENDER_SPACE on; those below are the outbox's. */
#define SENDER_SPACE 100
struct durable *sender_table(struct sender *s);

/* Between sender_begin and sender_commit: any of the adds, and durable_put,
 * durable_delete and durable_clear on sender_table; nothing else of a sender
 * but sender_counts, sender_up and sender_ask.  Either all of it is on disk and
 * owed, or nothing: a failed add or change fails the commit too, which then has
 * undone everything, and the same may be done again.  Messages leave in the
 * order of their commits, `window` at once. */
MUST_USE enum status sender_begin(struct sender *s, struct err *err);
MUST_USE enum status sender_commit(struct sender *s, struct err *err);
void sender_rollback(struct sender *s);
MUST_USE enum status sender_add(struct sender *s,
                                const struct survey_name *name,
                                const struct submission *list, size_t count,
                                struct err *err);
MUST_USE enum status sender_add_events(struct sender *s,
                                       const struct wire_event *list,
                                       size_t count, struct err *err);
MUST_USE enum status sender_add_invitations(struct sender *s,
                                            const struct invitation *list,
                                            size_t count, struct err *err);
MUST_USE enum status sender_add_samples(struct sender *s,
                                        const struct wire_sample *list,
                                        size_t count, struct err *err);
MUST_USE enum status
sender_add_erase(struct sender *s, const uint8_t id[ID_SIZE], struct err *err);

/* Send and receive for `ms` at most, or until one of the descriptors can be
 * read or a question was answered.  ST_OK in any of these cases, whether the
 * collector is there or not, and also while the disk is full (sender_commit
 * will say so).  ST_REFUSED as of sender_work: nothing is lost, call again. */
#define SENDER_FDS_MAX 16
MUST_USE enum status sender_turn(struct sender *s, const int *fds, size_t count,
                                 int64_t ms, struct err *err);

/* ---- questions: asked once, kept nowhere ---- */

struct question {
    enum right type;   /* RIGHT_PULL, RIGHT_INVITATION, RIGHT_DESCRIBE,
                          RIGHT_CAMPAIGNS, RIGHT_CAMPAIGN, RIGHT_OPTOUTS,
                          RIGHT_COPY */
    uint32_t max;      /* pull, optouts */
    const uint8_t *id; /* invitation, copy; optouts: where to
                          go on, or NULL */
    const struct survey_name *survey;   /* describe */
    const struct campaign_order *order; /* campaign */
};
/* ST_OK: `frame` is the reply, to be read by the wire.h function of its type;
 * a view.  ST_REFUSED: `reason` says why the collector would not, and the frame
 * is the refusal.  ST_BUSY: no reply came within the question's time.  It may
 * ask, and commit, but not call sender_turn, _work, _answer or _close. */
typedef void sender_reply_fn(void *ctx, enum status st, const uint8_t *frame,
                             size_t len, enum reason reason);
#define QUESTIONS_MAX 1024 /* under way at once */
/* Sent by the next turn.  `fn` is called once, from within sender_turn or
 * sender_work (or, with ST_STOPPED, sender_close).  ST_BUSY: no connection
 * stands, or too many are under way: `fn` is then not called.  A question that
 * a broken connection took with it is one that no reply came to. */
MUST_USE enum status sender_ask(struct sender *s, const struct question *q,
                                int64_t ms, sender_reply_fn *fn, void *ctx,
                                struct err *err);
/* The same for a program that has nothing else to do: waits up to `ms` for the
 * connection and the reply, which is appended to *out, and asks again where
 * none came.  ST_REFUSED with the collector's reason and detail in words. */
MUST_USE enum status sender_answer(struct sender *s, const struct question *q,
                                   int64_t ms, struct buffer *out,
                                   struct err *err);

/* Refused elements in the order of their messages.  A message refused as a
 * whole is a refusal of each of its elements.  `place` is that of the
 * submission, 0 when it had none. */
#define OUTBOX_NO_ENTRY 0xff /* why->entry of what is no response */
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
