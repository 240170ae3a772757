/* watching.h - the watch of a serve: what changed, told to subscribers and
 * webhooks.  See scorer/warn.h; README.md documents the messages. */
#ifndef SERVE_WATCHING_H
#define SERVE_WATCHING_H

#include "publisher.h"
#include "scorer/warn.h"

struct watching;

struct watching_setup {
    const char *survey;   /* code or family */
    const char *by;       /* "province,product" */
    double false_alarms;  /* a year, of each series */
    int64_t every_s;      /* between two looks */
    const char *calendar; /* "": the shipped one */
    const char *ledger;   /* file of the stored warnings */
    const char *webhooks; /* URLs parted by commas */
    const char *webhook_key;
    int64_t give_up_days;
    struct publisher *publisher; /* NULL: none; takes it */
};

/* On failure the publisher is still the caller's. */
MUST_USE enum status watching_start(const struct watching_setup *setup,
                                    struct watching **out, struct err *err);
void watching_stop(struct watching **w);
/* From any thread; takes the share. */
void watching_clients(struct watching *w, struct clients *c);

/* In the thread of the engine, which is at the end of the log: a little of what
 * there is to do.  *more: there is more of it. */
MUST_USE enum status watching_turn(struct watching *w, struct engine *e,
                                   bool *more, struct err *err);

#endif
