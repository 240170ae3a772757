/* counters.h - what manyi-web counts; manyi-web(1) lists it. */
#ifndef WEB_COUNTERS_H
#define WEB_COUNTERS_H

#include "collector/metrics.h"

enum counted_page {
    COUNTED_FORM, /* a question, the review, or a start */
    COUNTED_THANKS,
    COUNTED_ANSWERED,
    COUNTED_EXPIRED,
    COUNTED_UNKNOWN,
    COUNTED_CLOSED,
    COUNTED_OWN, /* privacy, copy, delete, stop */
    COUNTED_OTHER,
    COUNTED_PAGES
};

enum counted_answer {
    ANSWER_INVITED,
    ANSWER_OPEN,
    ANSWER_API,
    ANSWER_CORRECTION,
    ANSWER_AGAIN, /* the same thing again: a double click, a lost reply */
    COUNTED_ANSWERS
};

enum counted_refusal {
    REFUSED_TOKEN, /* not sealed by us */
    REFUSED_WORDS, /* of a QR code, not sealed by us */
    REFUSED_PACE,  /* too often */
    REFUSED_TRAP,  /* filled in what only a robot sees */
    REFUSED_FORM,  /* not a form of ours */
    REFUSED_KEY,   /* of the JSON interface */
    REFUSED_JSON,  /* a document that does not pass */
    REFUSED_BUSY,  /* the disk or the queue is full */
    COUNTED_REFUSALS
};

enum counted_transport {
    HTTP_REQUESTS,
    HTTP_OVERSIZE,
    HTTP_LATE,
    HTTP_BAD,
    COUNTED_TRANSPORT
};

enum counted_ack {
    ACK_ACCEPTED,
    ACK_DUPLICATE,
    ACK_FILLED,
    ACK_REFUSED,
    COUNTED_ACKS
};

struct web_counters {
    struct metric pages[COUNTED_PAGES];
    struct metric answers[COUNTED_ANSWERS];
    struct metric refused[COUNTED_REFUSALS];
    struct metric transport[COUNTED_TRANSPORT];
    struct metric acks[COUNTED_ACKS];
    struct metric started, drafts, deleted, stopped;
    struct metric commits, commit_jobs, pending, up, unasked;
    struct metric campaigns, surveys;
};
extern struct web_counters web_counters;

#define WEB_COUNTERS_MAX (sizeof web_counters / sizeof(struct metric))
size_t web_counters_table(struct metric *table[WEB_COUNTERS_MAX]);

#endif
