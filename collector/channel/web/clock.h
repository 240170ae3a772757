/* clock.h - the two clocks, read where time enters: a request, a turn of the
 * clerk. */
#ifndef WEB_CLOCK_H
#define WEB_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_of(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ms since 1970; ms since some moment, never backwards. */
static inline int64_t clock_now(void)
{
    return clock_of(CLOCK_REALTIME);
}

static inline int64_t clock_steady(void)
{
    return clock_of(CLOCK_MONOTONIC);
}

#endif
