/* deadline.h - whose time runs out next.
 *
 * All who wait have the same time, so they stand in the order in which theirs
 * began and the first is the next to run out: every step costs the same for one
 * connection as for ten thousand.
 */
#ifndef SERVICE_DEADLINE_H
#define SERVICE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* A part of whatever waits. */
struct deadline {
    struct deadline *before, *after;
    int64_t since; /* ms */
    bool runs;
};

struct deadlines {
    struct deadline *first, *last;
    int ms; /* for each */
};

int64_t deadline_now(void);
/* Begin, or begin anew. */
void deadline_begin(struct deadlines *all, struct deadline *d, int64_t now);
void deadline_end(struct deadlines *all, struct deadline *d);
/* Until the next one runs out; -1: none does. */
int64_t deadline_left(const struct deadlines *all, int64_t now);
/* The next that has run out, or NULL; it is still in the list. */
struct deadline *deadline_late(const struct deadlines *all, int64_t now);

#endif
