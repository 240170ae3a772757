/* live.h - an engine that a program keeps open for long.
 *
 * Folding and answering are apart: the cells are brought up to date step by
 * step, and each answer rests on what was folded in before it.
 */
#ifndef SCORER_LIVE_H
#define SCORER_LIVE_H

#include "scorer/kind.h"

/* One step of the log.  A cube that cannot be gone on from (damaged, of
 * another store, or it may hold an erased answer) is thrown away: then there is
 * more to read. */
MUST_USE enum status engine_fold(struct engine *e, struct cells_step *step,
                                 struct err *err);

/* engine_ask without folding.  Past `deadline` (monotonic ms; 0: none)
 * ST_BUSY. */
MUST_USE enum status engine_answer(struct engine *e, const struct query_kind *k,
                                   const struct query *q, int64_t deadline,
                                   struct result *out, struct err *err);

/* Another file, or none, is where the store's was opened: close this one. */
bool engine_moved(struct engine *e);

/* The surveys that have answers, by form; the engine's own. */
size_t engine_surveys(const struct engine *e);
const struct survey *engine_survey(const struct engine *e, size_t i);

#endif
