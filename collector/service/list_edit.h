/* list_edit.h - changing a list in a YAML file of people's.
 *
 * By whole lines, so that their comments and order stay.  What came out is
 * read again and compared with what was wanted before it takes the old one's
 * place: a file in a style that line work would break is refused, not broken.
 */
#ifndef SERVICE_LIST_EDIT_H
#define SERVICE_LIST_EDIT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

/* A list, to those who change it: what its file and entries must be. */
struct list_kind {
    const char *noun; /* of an entry, for messages */
    size_t max;       /* bytes of the file */
    bool secret;      /* nobody else may read it */
    /* Is the whole file right, and may `add`, unless NULL, enter it? */
    enum status (*check)(const char *path, const struct buffer *text,
                         const void *add, struct err *err);
    /* Is it right, and is this entry in it just so? */
    enum status (*holds)(const char *path, const struct buffer *text,
                         const void *entry, struct err *err);
    enum status (*print)(struct buffer *out, int indent, const void *entry);
};

/* A file that does not exist is made. */
MUST_USE enum status list_add(const struct list_kind *kind, const char *path,
                              const void *entry, struct err *err);
MUST_USE enum status list_remove(const struct list_kind *kind, const char *path,
                                 const char *name, struct err *err);

/* ---- for those who print and compare an entry ---- */

/* At most 255 bytes at a time. */
__attribute__((format(printf, 2, 3))) MUST_USE enum status
list_print(struct buffer *out, const char *format, ...);
/* "key: [a, b]" for the bits of a set; NULL behind the last name. */
typedef const char *list_name_fn(unsigned bit);
MUST_USE enum status list_print_set(struct buffer *out, int indent,
                                    const char *key, uint32_t set,
                                    list_name_fn *name);
/* "key: ["a", "b"]"; no line for none of them. */
MUST_USE enum status list_print_texts(struct buffer *out, int indent,
                                      const char *key, size_t count,
                                      const char *const *text);

bool list_same_texts(size_t count, const char *const *a, const char *const *b);

#endif
