/* wire_scan.h - is this frame worth taking apart?
 *
 * Walks a whole frame once, allocating nothing, and refuses what only wants
 * to hurt: counts larger than the bytes that are left (each element takes at
 * least one), lists over BATCH_MAX, nesting over WIRE_DEPTH_MAX, keys that are
 * not strings, extension types, bytes behind the end.  What passes can be read
 * with wire_token without meeting the end early.  Costs some 2 ns a token.
 */
#ifndef COLLECTOR_WIRE_SCAN_H
#define COLLECTOR_WIRE_SCAN_H

#include "collector/wire.h"

/* REASON_NONE, SIZE, MALFORMED, DEPTH or COUNT. */
MUST_USE enum reason wire_scan(const uint8_t *frame, size_t len);

/* The end of the value at `at` in bytes that passed wire_scan. */
const uint8_t *wire_skip(const uint8_t *at, const uint8_t *end);

#endif
