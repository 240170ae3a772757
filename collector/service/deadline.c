/* deadline.c - see deadline.h. */
#include "deadline.h"

#include <stddef.h>
#include <time.h>

int64_t deadline_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void deadline_end(struct deadlines *all, struct deadline *d)
{
    if (!d->runs)
        return;
    if (d->before)
        d->before->after = d->after;
    else
        all->first = d->after;
    if (d->after)
        d->after->before = d->before;
    else
        all->last = d->before;
    d->runs = false;
}

void deadline_begin(struct deadlines *all, struct deadline *d, int64_t now)
{
    deadline_end(all, d);
    d->since = now;
    d->before = all->last;
    d->after = NULL;
    if (all->last)
        all->last->after = d;
    else
        all->first = d;
    all->last = d;
    d->runs = true;
}

int64_t deadline_left(const struct deadlines *all, int64_t now)
{
    int64_t left;

    if (!all->first)
        return -1;
    left = all->first->since + all->ms - now;
    return left > 0 ? left : 0;
}

struct deadline *deadline_late(const struct deadlines *all, int64_t now)
{
    return all->first && now - all->first->since >= all->ms ? all->first : NULL;
}
