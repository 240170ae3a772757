/* list_read.h - what entries of clients.yaml and of api-keys.yaml have in
 * common.
 *
 * A right that is misspelt must not be a right that is silently missing, so
 * anything unknown is refused with file:line:column.
 */
#ifndef SERVICE_LIST_READ_H
#define SERVICE_LIST_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "surveys/yaml.h"

/* Where we read and whom to tell. */
struct list_place {
    const char *path;
    struct err *err;
};

/* ST_INVALID, with the place of `at` before the words. */
__attribute__((format(printf, 3, 4))) MUST_USE enum status
list_refuse(struct list_place p, const struct yaml *at, const char *format,
            ...);
/* Likewise, for the key of a field that has no such key. */
MUST_USE enum status list_refuse_key(struct list_place p, const struct yaml *v);

#define LIST_NAME 32
bool list_name_legal(const char *name); /* [a-z0-9-]{1,32} */
MUST_USE enum status list_read_name(struct list_place p, const struct yaml *v,
                                    char out[LIST_NAME + 1]);

/* A list of words, each a bit. */
typedef bool list_parse_fn(const char *name, uint8_t *out);
MUST_USE enum status list_read_set(struct list_place p, const struct yaml *v,
                                   list_parse_fn *parse, uint32_t *out);

/* A list of codes of up to `max` characters, which out[0..v->count-1] point
 * to, sorted.  `wanted`: what it is a list of. */
MUST_USE enum status list_read_codes(struct list_place p, const struct yaml *v,
                                     size_t max, const char *wanted,
                                     const char **out);
/* Is it one of those? */
bool list_has_code(size_t count, const char *const *sorted, const char *code);

#endif
