/* form.h - texts as browsers send them: percent-encoded, and forms of them. */
#ifndef SERVICE_FORM_H
#define SERVICE_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Decode "%E6%BB%A1" in place, which only gets shorter, and end it with a NUL;
 * *len is of what came out.  ST_INVALID: half an escape, a NUL, not UTF-8. */
MUST_USE enum status percent_decode(char *text, size_t *len);

struct form_field {
    const char *key, *value;
};

/* The fields of application/x-www-form-urlencoded, in their order. */
struct form {
    char *text; /* holds what the fields point to */
    struct form_field *field;
    size_t count;
};

/* ST_INVALID: as percent_decode; ST_RANGE: more than HTTP_FIELDS_MAX. */
MUST_USE enum status form_parse(const uint8_t *body, size_t len,
                                struct form *out);
/* The first of that key, or NULL. */
const char *form_get(const struct form *f, const char *key);
void form_free(struct form *f);

#endif
