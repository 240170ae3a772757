/* readers.h - what is asked by readers and reviewers. */
#ifndef QUERY_READERS_H
#define QUERY_READERS_H

#include "engine_handle.h"

/* Whether readers may ask this at all: whole months, invited answers, and one
 * of the splits of the lattice, each filter and scope but one code or a split.
 * ST_REFUSED says what they may not. */
MUST_USE enum status readers_check(const struct query *q, struct err *err);

/* Before anything is tabulated: let what is held move, and decide what is
 * open. */
MUST_USE enum status readers_prepare(struct answering *a);

/* Mark the estimates that may not be seen. */
MUST_USE enum status readers_hide(struct answering *a);

#endif
