/* pass.h - one pass over what is new in the log, on two threads.
 *
 * The caller's thread reads the store and sorts rows into a tally; a thread of
 * this pass adds whole tallies to the cube, and owns the cube's file
 * meanwhile.  Two tallies go round between them, so that the reading goes on
 * while sums are written, and the slower side holds up the other.
 *
 * Each step of STEP_ROWS entries is committed with its watermark: a killed
 * pass loses at most the work of a step, never the truth.
 */
#ifndef QUERY_PASS_H
#define QUERY_PASS_H

#include <pthread.h>

#include "cells_handle.h"
#include "collector/queue.h"
#include "tally.h"

enum { STEP_ROWS = 1 << 20, BATCHES = 2 };

struct batch {
    struct tally tally;
    bool ends_step; /* the sums are true up to `watermark` then */
    struct watermark watermark;
    struct numbered forms; /* as they were when it was handed over */
};

struct pass {
    struct cells *cells;
    struct batch batch[BATCHES];
    struct queue *empty, *full;
    pthread_t thread;
    bool started;
    enum status status; /* the thread's, once it is joined */
    struct err err;
};

/* The thread: takes full batches until that queue is closed and gives them
 * back empty.  When it fails it closes `empty`. */
void *pass_fold(void *pass);

#endif
