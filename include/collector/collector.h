/* collector.h - the collector as a whole: what it is given, and its life.
 *
 * Its parts are the room collector/intake; manyi-collector is this and a
 * command line.
 */
#ifndef COLLECTOR_COLLECTOR_H
#define COLLECTOR_COLLECTOR_H

#include <stdint.h>

#include "base/err.h"
#include "collector/service.h"

struct collector_settings {
    const char *listen;  /* tcp://host:port; port * is any */
    const char *store;   /* sqlite:FILE */
    const char *surveys; /* folder of definitions */
    const char *codes;   /* folder of code tables; "": codes beside surveys */
    const char *org;     /* file of the org tree; "": any unit is legal */
    const char *key;     /* files */
    const char *clients;
    const char *metrics; /* loopback address; "": none */
    int64_t messages;    /* in memory at once */
    int64_t commit_rows; /* a transaction ends at so many, */
    int64_t commit_ms;   /* or so long after it began */
};

/* Run until told to stop, then finish what was taken.  What is wrong with the
 * settings is found before anything is changed.  ST_OK: all that was read is
 * on disk and acknowledged. */
MUST_USE enum status collector_run(const struct collector_settings *settings,
                                   struct service *service, struct err *err);

/* Whether a collector could begin with this value of one of its settings:
 * syntax of addresses, folders and files that are there.  Changes nothing.
 * (An option_check_fn.) */
MUST_USE enum status collector_check(const char *option, const char *text,
                                     struct err *cause);

#endif
