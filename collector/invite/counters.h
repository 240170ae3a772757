/* counters.h - what all draws did so far, as a file for node_exporter's
 * textfile collector: a program that ends has no page of its own. */
#ifndef INVITE_COUNTERS_H
#define INVITE_COUNTERS_H

#include "state.h"

/* Counted from the state, so nothing is lost between two runs.  What fails is
 * logged: it is no reason to fail a draw. */
void counters_write(const char *path, struct state *s,
                    const struct sender *sender);

#endif
