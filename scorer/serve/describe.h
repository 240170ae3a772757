/* describe.h - what can be asked, as a message. */
#ifndef SERVE_DESCRIBE_H
#define SERVE_DESCRIBE_H

#include "wire.h"

/* Kinds with their options, the surveys that have answers (as many as fit),
 * dimensions. */
MUST_USE enum status describe(const struct engine *e, uint64_t ask,
                              struct answer *out);

#endif
