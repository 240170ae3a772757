/* judge.h - what to do with one message, before any store is asked.
 *
 * Reads the frame, looks up who sent it, checks its rights and every element
 * in it, and leaves in the batch what the keeper needs.  No sockets here.
 */
#ifndef INTAKE_JUDGE_H
#define INTAKE_JUDGE_H

#include "batch.h"
#include "catalog.h"
#include "surveys/codes.h"

/* What messages are judged by.  Belongs to one thread; clients and codes are
 * swapped whole on reload. */
struct rules {
    struct clients *clients;
    struct codes *codes;
    struct catalog catalog;
    uint8_t salts[256][ID_SIZE]; /* random bytes ready for use */
    size_t salts_left;
};
void rules_free(struct rules *r);

struct letter {
    const char *user; /* public key that the connection proved; NULL: none */
    const uint8_t *data;
    size_t len;
    int64_t now; /* ms */
};

enum judgement {
    JUDGED_REFUSED,  /* the whole of it, for *why */
    JUDGED_ANSWERED, /* batch->reply says all there is to say */
    JUDGED_TO_KEEP   /* for the keeper */
};

/* `err`: the cause in words when *why is REASON_DEFINITION, the name of the key
 * when it is REASON_FIELD, else "". */
enum judgement judge(struct rules *rules, const struct letter *letter,
                     struct batch *b, enum reason *why, struct err *err);

#endif
