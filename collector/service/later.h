/* later.h - answers that come from other threads, handed to the server's. */
#ifndef SERVICE_LATER_H
#define SERVICE_LATER_H

#include <pthread.h>

#include "collector/http.h"

struct http_later {
    struct http_later *next;
    struct later_list *list; /* of its server */
    void *connection;        /* that waits */
    struct http_answer answer;
};

/* Given and not yet taken.  Many may come at once, when what they waited for
 * was one commit: the thread is woken once. */
struct later_list {
    pthread_mutex_t lock;
    struct http_later *first, *last;
    int wake; /* eventfd: readable when there is something to do */
};

MUST_USE enum status later_open(struct later_list *l);
void later_close(struct later_list *l);
void later_wake(struct later_list *l);
/* All that were given, in their order; the thread need no longer be woken. */
struct http_later *later_take(struct later_list *l);
/* An answer that nobody will send, and its body. */
void later_drop(struct http_later *l);

#endif
