/* pass.h - one pass over what is new in the log, on two threads.
 *
 * The caller's thread reads the store and copies rows into blocks; a thread of
 * this pass sorts them into cells and adds them up, and owns the cube
 * meanwhile.  Blocks go round between them, so neither allocates and a slow
 * side holds up the other.  Each step of STEP_ROWS entries is committed with
 * its watermark: a killed pass loses at most one step's work, never the truth.
 */
#ifndef QUERY_PASS_H
#define QUERY_PASS_H

#include <pthread.h>

#include "cells_handle.h"
#include "collector/queue.h"

enum { STEP_ROWS = 1 << 20, BLOCK_ROWS = 512, BLOCKS = 64 };

struct pending {
    const struct version *version;
    int64_t event_at;
    uint32_t rate_ppm;
    bool minus;
    struct context context;
    uint8_t respondent[ID_SIZE];
    uint8_t id[ID_SIZE];
    uint8_t answers[ITEMS_MAX];
};

struct block {
    size_t rows;
    bool ends_step; /* the sums are true up to `watermark` then */
    struct watermark watermark;
    struct pending row[BLOCK_ROWS];
};

struct pass {
    struct cells *cells;
    struct block *block; /* BLOCKS of them */
    struct queue *empty, *full;
    pthread_t adder;
    bool started;
    enum status status; /* the adder's, once it is joined */
    struct err err;
};

/* The adder: takes full blocks until that queue is closed and gives them back
 * empty.  When it fails it closes `empty`. */
void *pass_add(void *pass);

#endif
