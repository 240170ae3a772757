/* clerk_state.h - the clerk from within; shared by the files that work on it.
 */
#ifndef WEB_CLERK_STATE_H
#define WEB_CLERK_STATE_H

#include <pthread.h>

#include "clerk.h"
#include "collector/queue.h"

#define CLERK_QUEUE 4096
#define CLERK_BATCH 256 /* jobs of one commit */

struct clerk {
    struct sender *sender;
    struct known *known;
    _Atomic bool *healthy;
    _Atomic bool up;
    _Atomic bool stopping;
    struct queue *queue;
    pthread_t thread;
    struct job *first, **last; /* ready, in the order they became so */
    size_t asking;             /* jobs that wait for the collector */
    /* what the transaction that is open owes */
    struct {
        size_t count;
        const struct survey *survey[CLERK_BATCH];
        struct submission list[CLERK_BATCH];
    } owed;
    struct {
        size_t count;
        struct wire_event list[CLERK_BATCH];
    } events;
    struct {
        size_t count;
        uint8_t id[CLERK_BATCH][ID_SIZE];
    } erased;
    struct submission sorted[CLERK_BATCH];
    /* the clerk's own work: times are those of clock_steady */
    int64_t campaigns_at, needs_at, newest_at, sweep_at, count_at, told_off_at;
    size_t questions; /* of its own, under way */
    /* what the log says of the connection and of open surveys */
    int64_t up_at, missing_at;
    bool away, newest_asked;
};

/* One job that waits no longer for a reply. */
void clerk_ready(struct clerk *d, struct job *j);
/* Commit `jobs` together and answer them all. */
void clerk_work(struct clerk *d, struct job *const *jobs, size_t count);

/* Ask, sweep and count what is due; tell until when there is nothing to do. */
int64_t clerk_chores(struct clerk *d, int64_t steady, int64_t now);

#endif
