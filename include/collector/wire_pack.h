/* wire_pack.h - writing msgpack into a buffer.
 *
 * The first failure sticks: what follows does nothing, and pack_end takes the
 * buffer back to where pack_begin found it.
 */
#ifndef COLLECTOR_WIRE_PACK_H
#define COLLECTOR_WIRE_PACK_H

#include "base/bytes.h"

struct pack {
    struct buffer *out;
    size_t start;
    enum status st;
};

void pack_begin(struct pack *p, struct buffer *out);
MUST_USE enum status pack_end(struct pack *p);

void pack_map(struct pack *p, size_t pairs);
void pack_list(struct pack *p, size_t count);
void pack_text(struct pack *p, const char *text); /* keys too */
void pack_chars(struct pack *p, const char *text, size_t len);
void pack_bytes(struct pack *p, const void *data, size_t len);
void pack_number(struct pack *p, uint64_t v);
void pack_signed(struct pack *p, int64_t v);
void pack_bool(struct pack *p, bool v);
void pack_real(struct pack *p, double v);
void pack_nil(struct pack *p);
/* msgpack that is packed already. */
void pack_raw(struct pack *p, const void *data, size_t len);

#endif
