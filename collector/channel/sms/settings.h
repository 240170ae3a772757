/* settings.h - what manyi-sms is given. */
#ifndef SMS_SETTINGS_H
#define SMS_SETTINGS_H

#include <stdint.h>

#include "base/err.h"

struct sms_settings {
    /* files are paths; "" where one may be left out */
    const char *collector, *server_key, *key, *outbox;
    const char *hash_key, *contact_key;
    const char *listen;   /* where Kannel calls us */
    const char *callback; /* how it calls that; "": http:// and the address */
    const char *callback_key;    /* file; "": whoever reaches us may */
    const char *sendsms;         /* where we call Kannel */
    const char *user, *password; /* the latter a file */
    const char *port;            /* the number that people answer to */
    int64_t rate;                /* messages a second */
    const char *quiet, *calendar;
    double timeout_hours, remind_hours;
    int64_t late_days, stranger_days;
    int64_t gap_minutes; /* between two talks with one number */
    int64_t again;
    const char *link; /* what a token is appended to; "": no links */
    const char *texts, *language;
    const char *opt_out, *opt_in;
    const char *metrics;
};

/* An option_check_fn. */
MUST_USE enum status sms_check(const char *option, const char *text,
                               struct err *cause);

#endif
