/* yaml.h - YAML as a tree of plain texts with positions.
 *
 * The subset that files for people need: maps, lists and texts, plain or in
 * quotes.  Anchors, aliases, tags, block texts, several documents, duplicate
 * keys, wrong UTF-8, control characters, more than DEFINITION_MAX bytes or
 * YAML_DEPTH_MAX levels are refused with file:line:column.  All scalars are
 * text: meaning is the reader's business.
 */
#ifndef SURVEYS_YAML_H
#define SURVEYS_YAML_H

#include <stddef.h>

#include "base/err.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    unsigned line, column; /* from 1 */
    const char *key;       /* of this value in its map, else NULL */
    unsigned key_line, key_column;
    const char *text; /* YAML_TEXT: NUL-terminated, no NUL within; else NULL */
    bool plain;       /* an unquoted scalar; an empty one is text "" */
    size_t count;     /* children of a list or map, in file order */
    struct yaml *child;
};

/* Caller owns the tree and frees it whole. */
MUST_USE enum status yaml_parse(const char *name, const char *text, size_t len,
                                struct yaml **out, struct err *err);
MUST_USE enum status yaml_load(const char *path, struct yaml **out,
                               struct err *err);
/* The bytes of a file, at most DEFINITION_MAX, with a NUL behind them; the
 * caller frees them.  ST_NOTFOUND: no such file; ST_REFUSED: no permission;
 * ST_RANGE: too long; ST_INVALID: a directory. */
MUST_USE enum status yaml_read(const char *path, char **text, size_t *len,
                               struct err *err);
void yaml_free(struct yaml **root);

/* The value of a key of a map, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

#endif
