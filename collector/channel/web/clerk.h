/* clerk.h - the one thread that writes, and that speaks to the collector.
 *
 * The HTTP thread may not wait for a disk or a network, so whatever does is
 * made a job, handed to the clerk, and answered by the clerk.  Jobs that wait
 * together are committed together: while one commit is under way the next
 * batch gathers, which is the whole of the group commit.  No job is answered
 * before the commit that holds what it wrote.
 *
 * A job may first ask the collector something; it waits for the reply no
 * longer than it says, and the others do not wait for it.
 *
 * The clerk also keeps what is known of campaigns and surveys up to date, and
 * sweeps old slips.
 */
#ifndef WEB_CLERK_H
#define WEB_CLERK_H

#include <stdatomic.h>

#include "collector/client.h"
#include "collector/http.h"
#include "known.h"

struct clerk;
struct job;

struct job_kind {
    /* The question to be asked first and how long for; false: none.  NULL:
     * never. */
    bool (*ask)(struct job *j, struct question *q, int64_t *ms);
    /* The reply, as of sender_reply_fn; ST_BUSY too when nobody could be
     * asked. */
    void (*told)(struct job *j, enum status st, const uint8_t *frame,
                 size_t len);
    /* Within a transaction; may be called again when that was undone.  NULL:
     * nothing to write.  *wrote tells whether there was. */
    enum status (*write)(struct job *j, struct clerk *d, bool *wrote,
                         struct err *err);
    /* `st`: ST_OK: what was written is durable.  The answer is zero but for
     * status 200. */
    enum status (*answer)(struct job *j, enum status st,
                          struct http_answer *answer);
    void (*free)(struct job *j);
};

struct job {
    const struct job_kind *kind;
    struct http_later *later;
    struct clerk *clerk; /* the clerk's own, as is `next` */
    struct job *next;
};

struct clerk_options {
    struct sender *sender; /* the clerk's own until clerk_stop */
    struct known *known;
    _Atomic bool *healthy; /* false while commits fail */
};

MUST_USE enum status clerk_start(const struct clerk_options *o,
                                 struct clerk **out, struct err *err);
/* Finishes the jobs it has and ends the thread.  NULL is fine. */
void clerk_stop(struct clerk *d);
void clerk_free(struct clerk **d); /* after the sender was closed */

/* Takes the job, whose `later` is set; false: the clerk is full. */
MUST_USE bool clerk_push(struct clerk *d, struct job *j);
bool clerk_full(struct clerk *d);
/* Whether it is worth while to ask the collector. */
bool clerk_up(struct clerk *d);

/* ---- for a job's `write` ---- */

struct durable *clerk_table(struct clerk *d);
/* The views in it live until the job is answered. */
MUST_USE enum status clerk_submit(struct clerk *d, const struct survey *s,
                                  const struct submission *what);
MUST_USE enum status clerk_event(struct clerk *d, const struct wire_event *e);
void clerk_erase(struct clerk *d, const uint8_t id[ID_SIZE]);

#endif
