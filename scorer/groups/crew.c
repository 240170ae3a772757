/* crew.c - see crew.h. */
#include "crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct shift {
    const struct crew *crew;
    size_t n;
    crew_fn *fn;
    void *job;
    atomic_size_t next;
    atomic_int failure; /* enum status of a thread that could not go on */
};

static enum status equip(const struct sample *s, struct crew_hand *hand)
{
    enum status st = sample_sums_new(s, &hand->one);

    if (st == ST_OK)
        st = sample_sums_new(s, &hand->two);
    if (st == ST_OK && !(hand->list = malloc(s->rows * sizeof *hand->list)))
        st = ST_NOMEM;
    return st;
}

static void work_until_done(struct shift *s, sample_tell_fn *tell)
{
    struct crew_hand hand = {.list = NULL};
    enum status st = equip(s->crew->sample, &hand);
    size_t k;

    while (st == ST_OK && atomic_load(&s->failure) == ST_OK &&
           (k = atomic_fetch_add(&s->next, 1)) < s->n) {
        st = s->fn(s->job, &hand, k);
        if (tell)
            tell(s->crew->plan->ctx, s->crew->done + k, s->crew->all);
    }
    if (st != ST_OK)
        atomic_store(&s->failure, (int)st);
    sample_sums_free(&hand.one);
    sample_sums_free(&hand.two);
    free(hand.list);
}

static void *work(void *arg)
{
    work_until_done(arg, NULL);
    return NULL;
}

enum status crew_run(struct crew *c, size_t n, crew_fn *fn, void *job)
{
    struct shift shift = {c, n, fn, job, 0, ST_OK};
    pthread_t thread[CREW_MAX];
    size_t threads = 0;

    /* this thread is one of them; fewer than asked for also do */
    while (threads + 1 < c->plan->threads && threads < CREW_MAX &&
           pthread_create(&thread[threads], NULL, work, &shift) == 0)
        threads++;
    work_until_done(&shift, c->plan->tell);
    for (size_t i = 0; i < threads; i++)
        (void)pthread_join(thread[i], NULL);
    c->done += n;
    return (enum status)atomic_load(&shift.failure);
}
