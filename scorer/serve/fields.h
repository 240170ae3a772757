/* fields.h - reading the fields of a message that passed wire_scan. */
#ifndef SERVE_FIELDS_H
#define SERVE_FIELDS_H

#include "collector/wire_value.h"
#include "wire.h"

struct fields {
    const uint8_t *at, *end;
};

/* The next token.  Of bytes that passed the scan there is one. */
struct wire_value fields_next(struct fields *f);
void fields_skip(struct fields *f); /* a whole value */

bool value_is(const struct wire_value *v, const char *name);
/* As a C string: valid UTF-8 without NUL, shorter than `size`; false: it is
 * none. */
bool value_text(const struct wire_value *v, size_t size, char *out);
/* A whole number. */
bool value_integer(const struct wire_value *v, int64_t *out);

#endif
