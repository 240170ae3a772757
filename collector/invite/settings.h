/* settings.h - what every command of manyi-invite is given, and its life:
 * options in, exit code out. */
#ifndef INVITE_SETTINGS_H
#define INVITE_SETTINGS_H

#include "collector/client.h"
#include "collector/options.h"

struct invite_settings {
    /* "" where one may be left out */
    const char *collector, *server_key, *key; /* files are paths */
    const char *outbox;                       /* with the state in it */
    const char *hash_key, *token_key;
    const char *codes, *org, *calendar;
    const char *metrics; /* file that node_exporter reads */
    int64_t timeout;     /* s: the collector's silence */
    int64_t wait;        /* s: another draw's end */
    bool json;           /* how results are printed */
};
extern struct invite_settings invite_settings;

struct invite_command {
    const char *name; /* "manyi-invite draw" */
    const char *usage, *summary;
    const struct option_spec *own; /* its own options */
    size_t own_count;
    int least, most; /* operands */
    enum status (*run)(int count, char **operand, struct err *err);
};
/* The whole command, with its messages; the program's exit code. */
int invite_run(const struct invite_command *c, int argc, char **argv);

/* Whether somebody asked the program to end. */
bool invite_stopped(void);
/* ms since 1970 */
int64_t invite_clock(void);

/* Connect to the collector; with the outbox, or only to ask.  Waits as long as
 * another process has the outbox. */
MUST_USE enum status invite_connect(bool outbox, struct sender **out,
                                    struct err *err);
/* Send what is owed until nothing is, or the collector was silent for
 * `timeout`: ST_BUSY with what is left. */
MUST_USE enum status invite_send(struct sender *s, struct err *err);

#endif
