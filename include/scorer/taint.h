/* taint.h - what becomes of an error inside GSL.
 *
 * GSL's own handler aborts the process; switching it off makes some functions
 * answer 0 without a word.  Ours logs the first error of a thread, marks the
 * thread and returns, so that the status reaches the caller and a number made
 * after it can be told from a clean one.
 */
#ifndef SCORER_TAINT_H
#define SCORER_TAINT_H

#include <stdbool.h>

/* Once, before there are threads. */
void taint_install(void);

/* Whether GSL reported an error in this thread since the last call. */
bool taint_take(void);

#endif
