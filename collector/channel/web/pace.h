/* pace.h - how often one link may write, whoever holds it.
 *
 * Limits are per link and never per address: thousands of customers share one
 * address of a carrier.  A table of fixed size remembers the links that wrote
 * in the current minute; only links whose seal was right get in, so a stranger
 * cannot push others out.  Where a set is full, the one that wrote least in
 * the oldest minute goes: it may then write a little more than its share.
 */
#ifndef WEB_PACE_H
#define WEB_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"

struct pace; /* one thread at a time */

/* `sets` is a power of two; four links each. */
MUST_USE enum status pace_new(size_t sets, unsigned a_minute,
                              struct pace **out);
void pace_free(struct pace **p);
/* One more by this id, whose last eight bytes are as good as random. */
bool pace_allows(struct pace *p, const uint8_t id[ID_SIZE], int64_t now_ms);

#endif
