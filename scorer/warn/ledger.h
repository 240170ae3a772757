/* ledger.h - warnings that have a number, which they keep.
 *
 * A durable table (collector/durable.h), by default FILE-warnings.db beside the
 * store.  Numbers are 1, 2, 3 ... without a gap, each given in the transaction
 * that stores the event: a reader who has seen N asks for what is behind N and
 * has missed nothing.
 *
 * A warning is known by form, cell, construct, item, chart, direction and day.
 * One whose time from `since` to `day` meets that of a stored one of the same
 * series and direction is the same change, seen again after late answers moved
 * its day: it has that one's number.
 *
 * One process has it open; in that process any number of openers share it.
 */
#ifndef WARN_LEDGER_H
#define WARN_LEDGER_H

#include "collector/durable.h"
#include "event.h"

#define LEDGER_APPLICATION 0x6d6e7977 /* "mnyw" */

struct ledger;
MUST_USE enum status ledger_open(const char *path, struct ledger **out,
                                 struct err *err);
void ledger_close(struct ledger **l);
/* That which this process has open already; NULL: none.  To be closed too. */
struct ledger *ledger_shared(void);

/* What was found in one look. */
struct ledger_entry {
    struct warning *list;
    size_t count;
    int32_t judged; /* the last day that was looked at */
    int64_t now;    /* ms */
};
/* Store what is not known yet, in this order, in one transaction; every number
 * is filled in, and the time of new ones.  Those have the numbers behind
 * ledger_last of before. */
MUST_USE enum status ledger_store(struct ledger *l, struct ledger_entry *entry,
                                  struct err *err);
uint64_t ledger_last(const struct ledger *l);  /* 0: none */
int32_t ledger_judged(const struct ledger *l); /* INT32_MIN: never */
/* Of this file alone: 32 hexadecimal digits, made with it. */
const char *ledger_name(const struct ledger *l);

/* Those with numbers above `after`, in order, until `fn` says other than ST_OK
 * (ST_STOPPED: enough).  `text` is the event's JSON. */
typedef enum status ledger_fn(void *ctx, const struct event *e,
                              const uint8_t *text, size_t len);
MUST_USE enum status ledger_walk(struct ledger *l, uint64_t after,
                                 ledger_fn *fn, void *ctx, struct err *err);

/* For those who keep beside it what became of events. */
enum ledger_space { LEDGER_TARGETS = 16, LEDGER_DEAD = 17 };
struct durable *ledger_table(struct ledger *l);

#endif
