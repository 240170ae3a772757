/* later.c - see later.h. */
#include "later.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum status later_open(struct later_list *l)
{
    const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    if (wake < 0)
        return ST_IO;
    *l = (struct later_list){.wake = wake};
    pthread_mutex_init(&l->lock, NULL);
    return ST_OK;
}

void later_close(struct later_list *l)
{
    close(l->wake);
    pthread_mutex_destroy(&l->lock);
}

void later_wake(struct later_list *l)
{
    (void)eventfd_write(l->wake, 1);
}

void http_reply(struct http_later *later, struct http_answer *answer)
{
    struct later_list *l = later->list;
    bool alone;

    later->answer = *answer;
    if (!later->answer.status)
        later->answer.status = 200;
    if (!later->answer.type)
        later->answer.type = HTTP_PLAIN_TEXT;
    answer->body = (struct buffer){0};
    answer->page = NULL;
    later->next = NULL;
    pthread_mutex_lock(&l->lock);
    alone = !l->first;
    if (alone)
        l->first = later;
    else
        l->last->next = later;
    l->last = later;
    /* before the lock is given back: the server may end right after it */
    if (alone)
        later_wake(l);
    pthread_mutex_unlock(&l->lock);
}

struct http_later *later_take(struct later_list *l)
{
    struct http_later *all;
    eventfd_t ignored;

    pthread_mutex_lock(&l->lock);
    (void)eventfd_read(l->wake, &ignored);
    all = l->first;
    l->first = l->last = NULL;
    pthread_mutex_unlock(&l->lock);
    return all;
}

void later_drop(struct http_later *l)
{
    buffer_free(&l->answer.body);
    http_page_free(&l->answer.page);
    free(l);
}
