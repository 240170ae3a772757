/* door.h - where Kannel brings what customers wrote and what became of our
 * messages.
 *
 * The HTTP thread reads a callback and queues it; the engine makes it durable
 * and only then lets it be answered.  Whatever cannot be a text or a report of
 * ours is answered with 200 at once, since Kannel would bring it again for
 * ever; only what could not be kept is answered with 503.
 */
#ifndef SMS_DOOR_H
#define SMS_DOOR_H

#include "collector/http.h"
#include "collector/queue.h"
#include "collector/token.h"
#include "talk.h"

enum job_kind { JOB_TEXT, JOB_REPORT };

struct sms_job {
    enum job_kind kind;
    struct http_later *later;
    /* of a text */
    char from[32], to[32];    /* as they came */
    uint8_t message[ID_SIZE]; /* keyed hash of what names it */
    int64_t at;               /* ms; 0: not told */
    char *text;               /* UTF-8, NUL behind `len` */
    size_t len;
    /* of a report */
    uint8_t id[ID_SIZE];
    uint32_t seq;
    enum report report;
    char code[CODE_MAX + 1];
};
/* Frees it; its request must have been answered. */
void sms_job_free(struct sms_job **j);
/* Answer it, 200 or 503, and free it. */
void sms_job_done(struct sms_job **j, bool kept);

struct door_options {
    const char *listen;
    const char *key; /* what a text must bring; "": nothing */
    const struct token_key *mac;
    struct queue *jobs;
};
struct door;
MUST_USE enum status sms_door_open(const struct door_options *o,
                                   struct door **out, struct err *err);
unsigned sms_door_port(const struct door *d);
/* Take no more; what waits in the queue can still be answered. */
void sms_door_drain(struct door *d);
void sms_door_close(struct door **d);

#endif
