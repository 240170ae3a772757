/* fit_deal.c - see fit_deal.h.
 *
 * Rows wait in strips, one of them open for each group.  Full strips go to the
 * summing thread by one queue and come back empty by another, so there are
 * never more than STRIPS (two megabytes), and a reader that is ahead waits.
 * One thread sums, in the order in which strips were filled: what comes out
 * does not depend on who was faster.
 */
#include "fit_deal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "collector/queue.h"

enum {
    STRIP = 1024, /* rows */
    STRIPS = GROUPS + 14
};

struct strip {
    size_t group, rows;
    uint8_t *row;
    double *weight; /* NULL without weights */
};

struct fit_dealer {
    struct fit_sums *group;
    size_t items;
    struct strip strip[STRIPS];
    struct strip *open[GROUPS]; /* being filled; NULL: none yet */
    struct queue *full, *empty;
    pthread_t thread;
    bool threaded;
    atomic_int failure; /* enum status of the summing thread */
    int64_t dealt;
};

static enum status sum(struct fit_dealer *d, struct strip *s)
{
    enum status st =
        fit_sums_add(&d->group[s->group], s->row, s->weight, s->rows);

    s->rows = 0;
    return st;
}

static void *work(void *arg)
{
    struct fit_dealer *d = arg;
    struct strip *s;

    while ((s = queue_pop(d->full, -1))) {
        const enum status st = sum(d, s);

        if (st != ST_OK)
            atomic_store(&d->failure, (int)st);
        (void)!queue_push(d->empty, s); /* it has room for all of them */
    }
    return NULL;
}

static enum status make_strips(struct fit_dealer *d, const struct fit_plan *p)
{
    for (size_t i = 0; i < STRIPS; i++) {
        struct strip *s = &d->strip[i];

        s->row = malloc(STRIP * d->items);
        s->weight = p->weighted ? malloc(STRIP * sizeof *s->weight) : NULL;
        if (!s->row || (p->weighted && !s->weight) || !queue_push(d->empty, s))
            return ST_NOMEM;
    }
    return ST_OK;
}

enum status fit_dealer_new(const struct fit_plan *p, struct fit_sums *group,
                           struct fit_dealer **out)
{
    struct fit_dealer *d = calloc(1, sizeof *d);
    enum status st = ST_NOMEM;

    if (d) {
        d->group = group;
        d->items = p->model.items;
        st = queue_new(STRIPS, &d->full);
    }
    if (st == ST_OK)
        st = queue_new(STRIPS, &d->empty);
    if (st == ST_OK)
        st = make_strips(d, p);
    if (st == ST_OK) {
        d->threaded = pthread_create(&d->thread, NULL, work, d) == 0;
        *out = d;
    } else {
        fit_dealer_free(&d);
    }
    return st;
}

static void end_thread(struct fit_dealer *d)
{
    if (d->threaded) {
        queue_close(d->full);
        (void)pthread_join(d->thread, NULL);
    }
    d->threaded = false;
}

void fit_dealer_free(struct fit_dealer **dealer)
{
    struct fit_dealer *d = *dealer;

    if (!d)
        return;
    end_thread(d);
    queue_free(&d->full);
    queue_free(&d->empty);
    for (size_t i = 0; i < STRIPS; i++) {
        free(d->strip[i].row);
        free(d->strip[i].weight);
    }
    free(d);
    *dealer = NULL;
}

/* Have the group's open strip summed up, now or by the thread. */
static enum status pass_on(struct fit_dealer *d, size_t group)
{
    struct strip *s = d->open[group];

    if (!d->threaded)
        return sum(d, s);
    d->open[group] = NULL;
    (void)!queue_push(d->full, s);
    return (enum status)atomic_load(&d->failure);
}

unsigned fit_deal_group(const struct fit_dealer *d, unsigned group)
{
    return group == GROUPS ? (unsigned)(d->dealt % GROUPS) : group;
}

enum status fit_deal(struct fit_dealer *d, const uint8_t *row, double weight,
                     unsigned group)
{
    struct strip *s;

    group = fit_deal_group(d, group);
    d->dealt++;
    s = d->open[group];
    if (!s) {
        s = d->open[group] = queue_pop(d->empty, -1);
        s->group = group;
    }
    memcpy(s->row + s->rows * d->items, row, d->items);
    if (s->weight)
        s->weight[s->rows] = weight;
    return ++s->rows == STRIP ? pass_on(d, group) : ST_OK;
}

int64_t fit_dealt(const struct fit_dealer *d)
{
    return d->dealt;
}

enum status fit_dealer_finish(struct fit_dealer *d)
{
    enum status st = ST_OK;

    end_thread(d);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        if (d->open[g])
            st = pass_on(d, g);
    return st == ST_OK ? (enum status)atomic_load(&d->failure) : st;
}
