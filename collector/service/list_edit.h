/* list_edit.h - changing a list in a YAML file of people's.
 *
 * By whole lines, so that their comments and order stay.  What came out is to
 * be read again and compared with what was wanted before it takes the old
 * one's place: a file in a style that line work would break is refused then,
 * not broken.
 */
#ifndef SERVICE_LIST_EDIT_H
#define SERVICE_LIST_EDIT_H

#include "base/bytes.h"
#include "surveys/yaml.h"

/* The file, ready for one more entry: without the "[]" of an empty list, and
 * with a last line end.  `root` is its tree, NULL when there is no file. */
MUST_USE enum status list_copy(const struct buffer *text,
                               const struct yaml *root, struct buffer *out);
/* Columns before the "- " of the entries that are there. */
int list_indent(const struct buffer *text, const struct yaml *root);
/* The file without the entry of that `name`. */
MUST_USE enum status list_cut(const struct buffer *text,
                              const struct yaml *root, const char *name,
                              struct buffer *out);

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

#endif
