/* import_state.h - an import from within; shared by the files that do it. */
#ifndef AGENT_IMPORT_STATE_H
#define AGENT_IMPORT_STATE_H

#include "collector/bad.h"
#include "collector/client.h"
#include "collector/progress.h"
#include "import.h"
#include "note.h"
#include "rows.h"

/* Rows of one commit.  A commit costs a write to the disk, so they are many;
 * they make several messages. */
#define GROUP       4096
#define WINDOW      8 /* messages under way */
#define TICK_MS     200
#define DESCRIBE_MS 10000
#define BAD_SHOWN   20 /* lines about bad or refused rows */

struct import {
    const struct import_options *options;
    const char *path;
    import_stop_fn *stop;
    void *ctx;
    char *outbox; /* its path */
    struct key_pair key;
    char server_key[KEY_TEXT + 1];
    struct source source;
    uint8_t given[HASH_SIZE]; /* hash of what the options say of the answers */
    uint8_t how[HASH_SIZE];   /* of all options that make the rows */
    struct survey *survey;
    struct codes *codes;
    struct aliases *aliases;
    struct person_key person;
    struct csv *csv;
    struct rows rows;
    uint64_t header;     /* bytes of the file */
    uint64_t row_at;     /* where the row at hand begins, or blanks before it */
    struct bad_rows bad; /* with --skip-bad */
    struct note note;
    bool resumed; /* the note is that of an earlier call */
    struct sender *sender;
    struct progress progress;
    /* the group at hand */
    size_t count;
    struct submission *list;
    uint8_t *answers; /* ITEMS_MAX each */
    char *comments;   /* COMMENT_MAX each */
    size_t told;      /* refused rows */
    /* when the collector last said something */
    uint64_t heard;
    int64_t heard_at;
};

int64_t import_clock(void); /* monotonic ms */

/* Keys, and what the options say of the rows. */
MUST_USE enum status import_keys(struct import *i, struct err *err);
/* Definition, code tables, context: whatever the file itself does not tell. */
MUST_USE enum status import_prepare(struct import *i, struct err *err);

/* Open the file at `offset` (0: the first record) and find its columns. */
MUST_USE enum status import_open(struct import *i, uint64_t offset,
                                 struct err *err);
/* The first pass. */
MUST_USE enum status import_check(struct import *i, struct err *err);
/* The second: everything behind note.offset goes into the outbox. */
MUST_USE enum status import_send(struct import *i, struct err *err);
/* Until nothing is owed any more. */
MUST_USE enum status import_finish(struct import *i, struct err *err);

#endif
